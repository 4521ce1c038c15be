import JSONValue
import Postgres
import Store

extension PostgresStore {
    package func limits(_ keys: [String]) async throws -> [String: Timestamp] {
        let sql: SQL = "SELECT key, micros_of(next_at) AS next_at FROM limits WHERE key = ANY(\(texts: keys))"
        let found = try await read(sql) { (try $0.string("key"), try $0.time("next_at")) }
        return Dictionary(found) { first, _ in first }
    }

    package func drawTokens(_ lease: Lease, microseconds: Int64) async throws -> Int64 {
        let key = EndpointRate.key(of: lease.endpoint)
        let results = try await write([
            "SELECT check_lease(\(lease.endpoint), \(lease.node), \(lease.epoch))",
            """
            SELECT coalesce(max(micros_of(next_at)) - micros_of(clock_timestamp()), 0) AS ahead FROM limits
            WHERE key = \(key)
            """,
            """
            INSERT INTO limits AS l (key, next_at)
            VALUES (
                \(key),
                clock_timestamp() + \(Stored.delay(microseconds))::bigint * '1 microsecond'::interval)
            ON CONFLICT (key) DO UPDATE SET next_at = greatest(l.next_at, excluded.next_at)
            """,
        ])
        return try results.decoded(1) { try $0.int64("ahead") }.only
    }

    package func spending(of endpoint: String) async throws -> EndpointSpending {
        let sql: SQL = """
            WITH clock AS MATERIALIZED (SELECT clock_timestamp() AS at), day AS MATERIALIZED (
                SELECT at, date_trunc('day', at AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' AS began FROM clock
            )
            SELECT coalesce(sum(c.microdollars), 0)::bigint AS microdollars,
                86400000000 - (micros_of(day.at) - micros_of(day.began)) AS day_left
            FROM day LEFT JOIN costs c ON c.endpoint = \(endpoint) AND c.created_at >= day.began
            GROUP BY day.at, day.began
            """
        return try await read(sql) {
            EndpointSpending(microdollars: try $0.int64("microdollars"), dayLeft: try $0.int64("day_left"))
        }.only
    }

    package func spending() async throws -> DaySpending {
        let sql: SQL = """
            WITH day AS MATERIALIZED (
                SELECT date_trunc('day', clock_timestamp() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' AS began
            )
            SELECT micros_of(day.began) + 86400000000 AS day_ends, c.endpoint,
                coalesce(sum(c.microdollars), 0)::bigint AS microdollars
            FROM day LEFT JOIN costs c ON c.created_at >= day.began
            GROUP BY day.began, c.endpoint
            """
        // One row with no endpoint stands for a day without costs.
        let rows = try await read(sql) {
            (try $0.optionalString("endpoint"), try $0.int64("microdollars"), try $0.time("day_ends"))
        }
        let sums = rows.compactMap { row in row.0.map { ($0, row.1) } }
        return DaySpending(
            microdollars: Dictionary(sums) { first, _ in first }, dayEnds: rows.first?.2 ?? Timestamp(microseconds: 0))
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
