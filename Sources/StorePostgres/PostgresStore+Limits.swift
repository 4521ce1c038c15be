import JSONValue
import Postgres
import Store

extension PostgresStore {
    package func limits(_ keys: [String]) async throws -> [String: Timestamp] {
        let sql: SQL = "SELECT key, micros_of(next_at) AS next_at FROM limits WHERE key = ANY(\(texts: keys))"
        let found = try await read(sql) { (try $0.string("key"), try $0.time("next_at")) }
        return Dictionary(found) { first, _ in first }
    }
}

extension BatchParts {
    /// In the order of keys, which is the order of locks.
    func limits() throws -> SQL? {
        let parts = all(\.limits)
        guard !parts.isEmpty else { return nil }
        return """
            INSERT INTO limits (key, next_at)
            SELECT x.key, time_of(max(x.next_at))
            FROM unnest(
                \(ints: parts.map(\.place)), \(texts: parts.map(\.value.key)),
                \(bigints: try parts.map { try Stored.time($0.value.nextAt) as Int64 })
            ) AS x(n, key, next_at)
            WHERE ((SELECT commit_wins()))[x.n]
            GROUP BY x.key ORDER BY x.key COLLATE "C"
            ON CONFLICT (key) DO UPDATE SET next_at = greatest(limits.next_at, excluded.next_at)
            """
    }
}
