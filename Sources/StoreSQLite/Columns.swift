import GRDB
import JSONValue
import Store

/// Reads the columns of a row from left to right. A value that is not what it should be is an error, never a trap.
struct Columns {
    private let row: Row
    private var index = 0

    init(_ row: Row) { self.row = row }

    private mutating func next() throws -> DatabaseValue.Storage {
        guard index < row.count else { throw corrupt("a column is missing") }
        defer { index += 1 }
        return (row[index] as DatabaseValue).storage
    }

    mutating func optionalInt64() throws -> Int64? {
        switch try next() {
        case .int64(let value): return value
        case .null: return nil
        default: throw corrupt("expected an integer")
        }
    }

    mutating func optionalText() throws -> String? {
        switch try next() {
        case .string(let value): return value
        case .null: return nil
        default: throw corrupt("expected a text")
        }
    }

    mutating func int64() throws -> Int64 {
        guard let value = try optionalInt64() else { throw corrupt("expected an integer") }
        return value
    }

    mutating func text() throws -> String {
        guard let value = try optionalText() else { throw corrupt("expected a text") }
        return value
    }

    mutating func int() throws -> Int { Int(try int64()) }
    mutating func bool() throws -> Bool { try int64() != 0 }
    mutating func post() throws -> PostID { PostID(try int64()) }
    mutating func time() throws -> Timestamp { Timestamp(microseconds: try int64()) }
    mutating func optionalTime() throws -> Timestamp? { try optionalInt64().map(Timestamp.init(microseconds:)) }

    mutating func json() throws -> JSON {
        let text = try text()
        return try parse(text)
    }

    mutating func optionalJSON() throws -> JSON? {
        let text = try optionalText()
        return try text.map(parse)
    }

    mutating func object() throws -> JSONObject {
        guard let object = try json().object else { throw corrupt("expected a JSON object") }
        return object
    }

    mutating func texts() throws -> [String] {
        guard let elements = try json().array else { throw corrupt("expected a JSON array") }
        return try elements.map { element in
            guard let text = element.string else { throw corrupt("expected a JSON array of strings") }
            return text
        }
    }

    mutating func value<Value: RawRepresentable<String>>(_ type: Value.Type) throws -> Value {
        let text = try text()
        guard let value = Value(rawValue: text) else { throw corrupt("expected a \(type), not '\(text)'") }
        return value
    }

    private func parse(_ text: String) throws -> JSON {
        do { return try JSON.parse(text, limits: Stored.limits) } catch { throw corrupt("\(error)") }
    }

    /// Names the column (by its position the one read last) and, since most tables begin with it, the row's first value.
    private func corrupt(_ problem: String) -> StoreError {
        let column = index > 0 && index <= row.count ? Array(row.columnNames)[index - 1] : "?"
        let first = row.count > 0 ? (row[0] as DatabaseValue).description : "?"
        return StoreError(.corruptRow, subject: first, "row \(first), column \(column): \(problem)")
    }
}
