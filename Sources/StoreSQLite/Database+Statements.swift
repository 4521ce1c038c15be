import GRDB
import JSONValue
import Store

/// A value for a `?`.
typealias Bound = (any DatabaseValueConvertible & Sendable)?

/// All statements are constants with `?` for values, prepared once per connection.
extension Database {
    /// Runs a statement; returns how many rows it changed.
    @discardableResult
    func run(_ sql: String, _ values: [Bound] = []) throws -> Int {
        try cachedStatement(sql: sql).execute(arguments: StatementArguments(values.map(Stored.value)))
        return changesCount
    }

    /// The rows that a statement returns.
    func rows<Value>(
        _ sql: String, _ values: [Bound] = [], _ decode: (inout Columns) throws -> Value
    ) throws -> [Value] {
        let statement = try cachedStatement(sql: sql)
        let cursor = try Row.fetchCursor(statement, arguments: StatementArguments(values.map(Stored.value)))
        var result: [Value] = []
        while let row = try cursor.next() {
            var columns = Columns(row)
            result.append(try decode(&columns))
        }
        return result
    }

    /// The first row that a statement returns; the statement is read to its end.
    func row<Value>(
        _ sql: String, _ values: [Bound] = [], _ decode: (inout Columns) throws -> Value
    ) throws -> Value? {
        try rows(sql, values, decode).first
    }
}

extension [PostID] {
    /// For `IN (SELECT value FROM json_each(?))`: one statement for any number of ids.
    var list: String { "[" + map(\.description).joined(separator: ",") + "]" }
}
