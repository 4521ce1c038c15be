import GRDB
import JSONValue
import Store

extension SQLiteStore {
    package func limits(_ keys: [String]) async throws -> [String: Timestamp] {
        let list = try Stored.texts(keys)
        let sql = "SELECT key, next_at FROM limits WHERE key IN (SELECT value FROM json_each(?))"
        let found = try await read { db in try db.rows(sql, [list]) { (try $0.text(), try $0.time()) } }
        return Dictionary(found) { first, _ in first }
    }
}

extension Transaction {
    func raise(_ limit: LimitWrite) throws {
        let sql = """
            INSERT INTO limits (key, next_at) VALUES (?, ?)
            ON CONFLICT (key) DO UPDATE SET next_at = max(next_at, excluded.next_at)
            """
        try db.run(sql, [limit.key, limit.nextAt.microseconds])
    }
}
