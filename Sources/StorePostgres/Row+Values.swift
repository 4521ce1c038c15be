import JSONValue
import Postgres
import Store

extension Rows {
    /// All rows, read by a closure. A row that is not what it should be is an error with its first value.
    func decoded<Value>(_ decode: (Row) throws -> Value) throws -> [Value] {
        try map { row in
            do {
                return try decode(row)
            } catch let error as PostgresError where error.code == .decode {
                let first = columns.first.flatMap { try? row.optionalString($0) } ?? "?"
                throw StoreError(.corruptRow, subject: first, "row \(first): \(error.message)")
            }
        }
    }
}

extension [Rows] {
    /// The rows of one statement of several.
    func decoded<Value>(_ index: Int, _ decode: (Row) throws -> Value) throws -> [Value] {
        guard indices.contains(index) else { throw StoreError(.corruptRow, "statement \(index) gave no rows") }
        return try self[index].decoded(decode)
    }
}

extension Array {
    /// The row of a statement that always returns one.
    var only: Element {
        get throws {
            guard let first else { throw StoreError(.corruptRow, "a statement that returns a row returned none") }
            return first
        }
    }
}

/// Columns as the seam's types. Times are selected by `micros_of`.
extension Row {
    func post(_ column: String) throws -> PostID { PostID(try int64(column)) }
    func time(_ column: String) throws -> Timestamp { Timestamp(microseconds: try int64(column)) }
    func optionalTime(_ column: String) throws -> Timestamp? {
        try optionalInt64(column).map(Timestamp.init(microseconds:))
    }

    func json(_ column: String) throws -> JSON { try parse(string(column), column) }
    func optionalJSON(_ column: String) throws -> JSON? { try optionalString(column).map { try parse($0, column) } }

    func object(_ column: String) throws -> JSONObject {
        guard let object = try json(column).object else { throw corrupt(column, "expected a JSON object") }
        return object
    }

    func value<Value: RawRepresentable<String>>(_ column: String, _ type: Value.Type) throws -> Value {
        let text = try string(column)
        guard let value = Value(rawValue: text) else { throw corrupt(column, "expected a \(type), not '\(text)'") }
        return value
    }

    private func parse(_ text: String, _ column: String) throws -> JSON {
        do { return try JSON.parse(text, limits: Stored.limits) } catch { throw corrupt(column, "\(error)") }
    }

    private func corrupt(_ column: String, _ problem: String) -> PostgresError {
        PostgresError(.decode, "column \(column): \(problem)")
    }
}
