import JSONValue
import Postgres
import Store

extension PostgresStore {
    package func posts(_ ids: [PostID]) async throws -> [PostRow] {
        let sql: SQL = "SELECT \(raw: PostRow.columns) FROM posts p WHERE p.id = ANY(\(bigints: ids.numbers))"
        return try await read(sql, from: seekers) { try PostRow($0) }
    }

    package func existing(_ ids: [PostID]) async throws -> Set<PostID> {
        let found = try await read("SELECT id FROM posts WHERE id = ANY(\(bigints: ids.numbers))") {
            try $0.post("id")
        }
        return Set(found)
    }

    package func nextLocalPostID() async throws -> PostID {
        // Beyond what was ever given, and beyond posts that came with an id of their own.
        let rows = try await write(
            """
            UPDATE local_posts SET last_id = 1 + greatest(last_id, (SELECT max(id) FROM posts)) RETURNING last_id
            """)
        return try rows.decoded { try $0.post("last_id") }.only
    }
}

extension BatchParts {
    /// The new states of the winners: last, because every other statement runs while the revision is the old one.
    func states() throws -> SQL {
        let states = writes.map(\.state)
        return """
            UPDATE posts p SET
                revision = x.revision, chart = x.chart, configuration = x.configuration::text[],
                context = x.context::json, memory = x.memory::json, priority = x.priority, queue_stage = x.stage,
                queue_status = x.status, assigned_to = x.assigned_to, assigned_at = time_of(x.assigned_at),
                processed_at = time_of(x.processed_at), retry_count = x.retry_count, waits_for = x.waits_for,
                metadata = x.metadata::json, changed_at = (SELECT commit_at())
            FROM unnest(
                \(bigints: writes.map(\.post.rawValue)),
                \(bigints: writes.map { $0.expectedRevision + Int64($0.transitions.count) }),
                \(texts: states.map(\.chart)), \(texts: states.map(\.configuration.arrayText)),
                \(utf8: try states.map { try Stored.bytes(.object($0.context)) }),
                \(utf8: try states.map { try Stored.bytes($0.memory) }), \(bigints: states.map(\.priority)),
                \(texts: states.map(\.stage)), \(texts: states.map(\.status)), \(texts: states.map(\.assignedTo)),
                \(bigints: try states.map { try Stored.time($0.assignedAt) }),
                \(bigints: try states.map { try Stored.time($0.processedAt) }),
                \(bigints: states.map(\.retryCount)), \(texts: states.map(\.waitsFor.rawValue)),
                \(utf8: try states.map { try Stored.bytes(.object($0.metadata)) })
            ) WITH ORDINALITY AS x(
                id, revision, chart, configuration, context, memory, priority, stage, status, assigned_to, assigned_at,
                processed_at, retry_count, waits_for, metadata, n)
            WHERE p.id = x.id AND ((SELECT commit_wins()))[x.n::int]
            """
    }
}

extension [PostID] {
    var numbers: [Int64] { map(\.rawValue) }
}

extension PostRow {
    static let columns = """
        p.id, p.revision, p.chart, p.configuration, p.context, p.memory, p.priority, p.queue_stage, p.queue_status, \
        p.assigned_to, micros_of(p.assigned_at) AS assigned_at, micros_of(p.processed_at) AS processed_at, \
        p.retry_count, p.waits_for, p.metadata
        """

    init(_ row: Row) throws {
        self.init(
            id: try row.post("id"), revision: try row.int64("revision"),
            state: PostState(
                chart: try row.string("chart"), configuration: try row.strings("configuration"),
                context: try row.object("context"), memory: try row.json("memory"),
                priority: try row.int("priority"), stage: try row.string("queue_stage"),
                status: try row.string("queue_status"), assignedTo: try row.optionalString("assigned_to"),
                assignedAt: try row.optionalTime("assigned_at"), processedAt: try row.optionalTime("processed_at"),
                retryCount: try row.int("retry_count"), waitsFor: try row.value("waits_for", PostState.WaitsFor.self),
                metadata: try row.object("metadata")))
    }
}
