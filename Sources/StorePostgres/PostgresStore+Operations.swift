import JSONValue
import Postgres
import Store

extension PostgresStore {
    package func countPosts(_ filter: PostFilter) async throws -> Int {
        let sql: SQL = """
            SELECT count(*) AS count FROM posts p LEFT JOIN submissions s ON s.post_id = p.id WHERE \(matching: filter)
            """
        return try await read(sql) { try $0.int("count") }.only
    }

    package func postIDs(_ filter: PostFilter, after cursor: PostID?, limit: Int) async throws -> [PostID] {
        let sql: SQL = """
            SELECT p.id FROM posts p LEFT JOIN submissions s ON s.post_id = p.id
            WHERE p.id < \(cursor?.rawValue ?? .max) AND \(matching: filter)
            ORDER BY p.id DESC LIMIT \(max(0, limit))
            """
        return try await read(sql) { try $0.post("id") }
    }

    package func create(_ operation: OperationRow) async throws -> OperationRow {
        let filter = try Stored.object(operation.filter.json)
        let parameters = try Stored.object(operation.parameters)
        let sql: SQL = """
            WITH made AS (
                INSERT INTO operations AS o (kind, filter, parameters, reason, actor, total, created_at)
                VALUES (
                    \(operation.kind.rawValue), \(filter)::json, \(parameters)::json, \(operation.reason),
                    \(operation.actor), \(operation.total), clock_timestamp())
                RETURNING \(raw: OperationRow.columns)
            ), noted AS (
                INSERT INTO audit (actor, action, subject, detail)
                SELECT actor, 'bulk.' || kind, 'operation:' || id,
                    json_build_object('reason', reason, 'filter', filter, 'total', total)
                FROM made
            )
            SELECT * FROM made
            """
        return try await write(sql).decoded { try OperationRow($0) }.only
    }

    package func operation(_ id: Int64) async throws -> OperationRow? {
        try await read(Self.query(id)) { try OperationRow($0) }.first
    }

    package func operations(after cursor: Int64?, limit: Int) async throws -> [OperationRow] {
        let sql: SQL = """
            SELECT \(raw: OperationRow.columns) FROM operations o
            WHERE o.id < \(cursor ?? .max) ORDER BY o.id DESC LIMIT \(max(0, limit))
            """
        return try await read(sql) { try OperationRow($0) }
    }

    package func claimOperation(node: String, microseconds: Int64) async throws -> OperationRow? {
        let sql: SQL = """
            WITH free AS MATERIALIZED (
                SELECT id FROM operations
                WHERE state IN ('pending', 'running', 'aborting')
                    AND (owner IS NULL OR lease_until <= clock_timestamp())
                ORDER BY id LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED
            )
            UPDATE operations o SET
                owner = \(node), epoch = o.epoch + 1,
                state = CASE o.state WHEN 'pending' THEN 'running' ELSE o.state END,
                started_at = coalesce(o.started_at, clock_timestamp()),
                lease_until = clock_timestamp() + \(Stored.delay(microseconds))::bigint * '1 microsecond'::interval
            FROM free WHERE o.id = free.id
            RETURNING \(raw: OperationRow.columns)
            """
        return try await write(sql).decoded { try OperationRow($0) }.first
    }

    package func advance(_ advance: OperationAdvance) async throws -> OperationRow? {
        let end = advance.end?.rawValue
        let problems = try Stored.json(.array(advance.problems))
        let lease = Stored.delay(advance.leaseMicroseconds)
        let sql: SQL = """
            UPDATE operations o SET
                done = o.done + \(advance.progress.done), skipped = o.skipped + \(advance.progress.skipped),
                failed = o.failed + \(advance.progress.failed),
                cursor = coalesce(\(advance.cursor?.rawValue)::bigint, o.cursor), problems = \(problems)::json,
                state = coalesce(\(end)::text, o.state), owner = CASE WHEN \(end)::text IS NULL THEN o.owner END,
                ended_at = CASE WHEN \(end)::text IS NOT NULL THEN clock_timestamp() END,
                lease_until = clock_timestamp() + \(lease)::bigint * '1 microsecond'::interval
            WHERE o.id = \(advance.id) AND o.owner = \(advance.node) AND o.epoch = \(advance.epoch)
                AND o.lease_until > clock_timestamp()
            RETURNING \(raw: OperationRow.columns)
            """
        return try await write(sql).decoded { try OperationRow($0) }.first
    }

    package func abortOperation(_ id: Int64, actor: String, reason: String) async throws -> OperationRow? {
        let detail = try Stored.object(["reason": .string(reason)])
        let results = try await write([
            """
            WITH stopped AS (
                UPDATE operations SET
                    state = CASE state WHEN 'pending' THEN 'aborted' ELSE 'aborting' END,
                    ended_at = CASE state WHEN 'pending' THEN clock_timestamp() END
                WHERE id = \(id) AND state IN ('pending', 'running') RETURNING id
            )
            INSERT INTO audit (actor, action, subject, detail)
            SELECT \(actor), 'bulk.abort', 'operation:' || id, \(detail)::json FROM stopped
            """,
            Self.query(id),
        ])
        return try results.decoded(1) { try OperationRow($0) }.first
    }

    private static func query(_ id: Int64) -> SQL {
        "SELECT \(raw: OperationRow.columns) FROM operations o WHERE o.id = \(id)"
    }
}

extension OperationRow {
    fileprivate static let columns = """
        o.id, o.kind, o.filter, o.parameters, o.reason, o.actor, o.state, o.total, o.done, o.skipped, o.failed, \
        o.cursor, o.problems, o.owner, o.epoch, micros_of(o.created_at) AS created_at, \
        micros_of(o.started_at) AS started_at, micros_of(o.ended_at) AS ended_at
        """

    fileprivate init(_ row: Row) throws {
        let id = try row.int64("id")
        guard let filter = PostFilter(json: try row.object("filter")) else {
            throw StoreError(.corruptRow, subject: "operation \(id)", "operation \(id): its filter has another shape")
        }
        self.init(
            id: id, kind: try row.value("kind", OperationRow.Kind.self), filter: filter,
            parameters: try row.object("parameters"), reason: try row.string("reason"),
            actor: try row.string("actor"), state: try row.value("state", OperationRow.State.self),
            total: try row.int("total"),
            progress: Progress(
                done: try row.int("done"), skipped: try row.int("skipped"), failed: try row.int("failed")),
            cursor: try row.optionalInt64("cursor").map { PostID($0) }, problems: try row.json("problems").array ?? [],
            owner: try row.optionalString("owner"), epoch: try row.int64("epoch"),
            createdAt: try row.time("created_at"), startedAt: try row.optionalTime("started_at"),
            endedAt: try row.optionalTime("ended_at"))
    }
}
