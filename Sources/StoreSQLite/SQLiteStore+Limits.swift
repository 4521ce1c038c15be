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

    package func drawTokens(_ lease: Lease, microseconds: Int64) async throws -> Int64 {
        let key = EndpointRate.key(of: lease.endpoint)
        return try await write { transaction in
            try transaction.check(lease)
            let stored = try transaction.db.rows("SELECT next_at FROM limits WHERE key = ?", [key]) { try $0.int64() }
            let until = Timestamp(microseconds: transaction.now.after(microseconds))
            try transaction.raise(LimitWrite(key: key, nextAt: until))
            return stored.first.map { $0 - transaction.now } ?? 0
        }
    }

    package func spending(of endpoint: String) async throws -> EndpointSpending {
        let (now, day) = (try await now().microseconds, Int64(86_400_000_000))
        let began = now - now % day
        let sql = "SELECT coalesce(sum(microdollars), 0) FROM costs WHERE endpoint = ? AND created_at >= ?"
        let sums = try await read { db in try db.rows(sql, [endpoint, began]) { try $0.int64() } }
        return EndpointSpending(microdollars: sums.first ?? 0, dayLeft: began + day - now)
    }

    package func spending() async throws -> DaySpending {
        let (now, day) = (try await now().microseconds, Int64(86_400_000_000))
        let began = now - now % day
        let sql = "SELECT endpoint, sum(microdollars) FROM costs WHERE created_at >= ? GROUP BY endpoint"
        let sums = try await read { db in try db.rows(sql, [began]) { (try $0.text(), try $0.int64()) } }
        return DaySpending(
            microdollars: Dictionary(sums) { first, _ in first }, dayEnds: Timestamp(microseconds: began + day))
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
