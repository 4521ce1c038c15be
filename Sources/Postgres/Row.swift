/// One row of a result. Values are read by column name; a missing column, a NULL or a wrong form is
/// ``PostgresError/Code/decode``.
package struct Row: Sendable {
    let table: ResultTable
    let index: Int

    package func int64(_ column: String) throws(PostgresError) -> Int64 { try required(column) }
    package func int(_ column: String) throws(PostgresError) -> Int { try required(column) }
    package func string(_ column: String) throws(PostgresError) -> String { try required(column) }
    package func bool(_ column: String) throws(PostgresError) -> Bool { try required(column) }
    package func double(_ column: String) throws(PostgresError) -> Double { try required(column) }
    package func bytes(_ column: String) throws(PostgresError) -> [UInt8] { try required(column) }
    /// An array of one dimension.
    package func int64s(_ column: String) throws(PostgresError) -> [Int64] { try elements(column) }
    /// An array of one dimension.
    package func strings(_ column: String) throws(PostgresError) -> [String] { try elements(column) }

    package func optionalInt64(_ column: String) throws(PostgresError) -> Int64? { try optional(column) }
    package func optionalInt(_ column: String) throws(PostgresError) -> Int? { try optional(column) }
    package func optionalString(_ column: String) throws(PostgresError) -> String? { try optional(column) }
    package func optionalBool(_ column: String) throws(PostgresError) -> Bool? { try optional(column) }
    package func optionalDouble(_ column: String) throws(PostgresError) -> Double? { try optional(column) }
    package func optionalBytes(_ column: String) throws(PostgresError) -> [UInt8]? { try optional(column) }

    private func required<Value: SQLReadable>(_ column: String) throws(PostgresError) -> Value {
        guard let value: Value = try optional(column) else {
            throw PostgresError(.decode, "column \(column) is NULL")
        }
        return value
    }

    private func optional<Value: SQLReadable>(_ column: String) throws(PostgresError) -> Value? {
        guard let bytes = try raw(column) else { return nil }
        guard let value = Value(sqlText: bytes) else {
            throw PostgresError(.decode, "column \(column) is not of type \(Value.self)")
        }
        return value
    }

    private func elements<Value: SQLReadable>(_ column: String) throws(PostgresError) -> [Value] {
        guard let bytes = try raw(column) else { throw PostgresError(.decode, "column \(column) is NULL") }
        guard let elements = ArrayLiteral.elements(of: bytes) else {
            throw PostgresError(.decode, "column \(column) is not an array of one dimension")
        }
        var values: [Value] = []
        for element in elements {
            guard let element, let value = Value(sqlText: element[...]) else {
                throw PostgresError(.decode, "column \(column) has an element that is not of type \(Value.self)")
            }
            values.append(value)
        }
        return values
    }

    private func raw(_ column: String) throws(PostgresError) -> ArraySlice<UInt8>? {
        guard let position = table.columns.firstIndex(of: column) else {
            throw PostgresError(.decode, "the result has no column \(column)")
        }
        return table.value(row: index, column: position)
    }
}
