internal import CPostgres

/// The rows of one result, copied out of libpq.
package struct Rows: RandomAccessCollection, Sendable {
    private let table: ResultTable
    /// How many rows the statement inserted, updated, deleted or returned.
    package let affected: Int

    package var columns: [String] { table.columns }
    package var startIndex: Int { 0 }
    package var endIndex: Int { table.rowCount }
    package subscript(row: Int) -> Row {
        precondition(indices.contains(row), "row \(row) of \(count)")
        return Row(table: table, index: row)
    }

    init(copying result: borrowing QueryResult) {
        table = ResultTable(copying: result)
        affected = Int(String(cString: PQcmdTuples(result.raw))) ?? 0
    }
}

/// All values of a result in one buffer.
final class ResultTable: Sendable {
    let columns: [String]
    let rowCount: Int
    private let bytes: [UInt8]
    /// Row by row: where each value begins and ends; nil is NULL.
    private let ranges: [Range<Int>?]

    init(copying result: borrowing QueryResult) {
        let raw = result.raw
        let columnCount = PQnfields(raw)
        rowCount = Int(PQntuples(raw))
        columns = (0..<columnCount).map { PQfname(raw, $0).map { String(cString: $0) } ?? "" }
        var bytes: [UInt8] = []
        var ranges: [Range<Int>?] = []
        ranges.reserveCapacity(rowCount * Int(columnCount))
        for row in 0..<Int32(rowCount) {
            for column in 0..<columnCount {
                guard PQgetisnull(raw, row, column) == 0, let value = PQgetvalue(raw, row, column) else {
                    ranges.append(nil)
                    continue
                }
                let start = bytes.count
                bytes.append(
                    contentsOf: UnsafeRawBufferPointer(start: value, count: Int(PQgetlength(raw, row, column))))
                ranges.append(start..<bytes.count)
            }
        }
        self.bytes = bytes
        self.ranges = ranges
    }

    func value(row: Int, column: Int) -> ArraySlice<UInt8>? {
        ranges[row * columns.count + column].map { bytes[$0] }
    }
}
