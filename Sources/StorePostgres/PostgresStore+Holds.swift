import JSONValue
import Postgres
import Store

extension PostgresStore {
    package func holds() async throws -> [HoldRow] {
        try await read("SELECT \(raw: HoldRow.columns) FROM holds h ORDER BY h.scope, h.name") { try HoldRow($0) }
    }

    package func hold(_ hold: HoldRow) async throws -> HoldRow {
        let detail = try Stored.object(["reason": .string(hold.reason)])
        let results = try await write([
            """
            INSERT INTO holds AS h (scope, name, reason, actor, created_at)
            VALUES (\(hold.scope.rawValue), \(hold.name), \(hold.reason), \(hold.actor), clock_timestamp())
            ON CONFLICT (scope, name) DO UPDATE SET reason = excluded.reason, actor = excluded.actor
            RETURNING \(raw: HoldRow.columns)
            """,
            """
            INSERT INTO audit (actor, action, subject, detail)
            VALUES (\(hold.actor), 'hold', \(hold.subject), \(detail)::json)
            """,
        ])
        return try results.decoded(0) { try HoldRow($0) }.only
    }

    package func release(
        _ scope: HoldRow.Scope, name: String, actor: String, reason: String
    ) async throws -> Bool {
        let subject = HoldRow(scope: scope, name: name, reason: reason, actor: actor).subject
        let detail = try Stored.object(["reason": .string(reason)])
        let sql: SQL = """
            WITH gone AS (DELETE FROM holds WHERE scope = \(scope.rawValue) AND name = \(name) RETURNING scope)
            INSERT INTO audit (actor, action, subject, detail)
            SELECT \(actor), 'release', \(subject), \(detail)::json FROM gone
            """
        return try await write(sql).affected == 1
    }

    package func waitingJobs(
        _ filter: WaitingJobs, after cursor: JobKey?, limit: Int
    ) async throws -> [JobRow] {
        let sources = filter.sources ?? []
        let sql: SQL = """
            SELECT \(raw: JobRow.columns) FROM jobs j
            WHERE (j.post_id, j.number) > (\(cursor?.post.rawValue ?? .min), \(cursor?.number ?? 0))
                AND j.phase = 'waiting' AND NOT j.is_held
                AND (\(filter.stage)::text IS NULL OR j.stage = \(filter.stage))
                AND (\(filter.community)::text IS NULL OR j.community = \(filter.community))
                AND (\(filter.sources == nil)::boolean OR j.source = ANY(\(sources)::text[]))
            ORDER BY j.post_id, j.number LIMIT \(max(0, limit))
            """
        return try await read(sql) { try JobRow($0) }
    }

    package func postpone(_ jobs: [PostponedJob]) async throws -> Int {
        guard !jobs.isEmpty else { return 0 }
        // In the order of keys, as batches lock them.
        let jobs = jobs.sorted { $0.key < $1.key }
        let sql: SQL = """
            WITH clocks AS MATERIALIZED (
                SELECT j.post_id, j.number, x.queue
                FROM unnest(
                    \(jobs.map(\.key.post.rawValue))::bigint[], \(jobs.map(\.key.number))::bigint[],
                    \(jobs.map(\.wakeAt.microseconds))::bigint[],
                    \(jobs.map { Stored.delay($0.queueMicroseconds) })::bigint[]
                ) AS x(post_id, number, wake_at, queue)
                JOIN jobs j ON j.post_id = x.post_id AND j.number = x.number
                WHERE j.phase = 'waiting' AND NOT j.is_held AND micros_of(j.wake_at) = x.wake_at
                ORDER BY j.post_id, j.number FOR NO KEY UPDATE OF j
            )
            UPDATE jobs j SET wake_at = t.at + clocks.queue * '1 microsecond'::interval
            FROM (SELECT clock_timestamp() AS at OFFSET 0) AS t, clocks
            WHERE j.post_id = clocks.post_id AND j.number = clocks.number
            """
        return try await write(sql).affected
    }
}

extension HoldRow {
    fileprivate static let columns = "h.scope, h.name, h.reason, h.actor, micros_of(h.created_at) AS created_at"

    fileprivate init(_ row: Row) throws {
        self.init(
            scope: try row.value("scope", HoldRow.Scope.self), name: try row.string("name"),
            reason: try row.string("reason"), actor: try row.string("actor"), createdAt: try row.time("created_at"))
    }
}
