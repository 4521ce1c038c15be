import JSONValue
import Postgres
import Store

extension PostgresStore {
    package func dueJobs(after cursor: JobRow?, limit: Int) async throws -> [JobRow] {
        let sql: SQL = """
            SELECT \(raw: JobRow.columns) FROM jobs j
            WHERE j.phase <> 'done' AND j.wake_at <= statement_timestamp()
                AND (j.wake_at, j.post_id, j.number) > (
                    time_of(\(cursor?.wakeAt.microseconds ?? Stored.beginning)), \(cursor?.key.post.rawValue ?? 0),
                    \(cursor?.key.number ?? 0))
            ORDER BY j.wake_at, j.post_id, j.number LIMIT \(max(0, limit))
            """
        return try await read(sql) { try JobRow($0) }
    }

    package func readyJobs(sources: [String], limit: Int) async throws -> [JobRow] {
        // The first of each source, merged: an index serves the order within one source only.
        let sql: SQL = """
            SELECT \(raw: JobRow.columns)
            FROM (
                SELECT first.* FROM unnest(\(Array(Set(sources)))::text[]) AS s(source) CROSS JOIN LATERAL (
                    SELECT * FROM jobs WHERE \(raw: Self.isReady) AND jobs.source = s.source
                    ORDER BY \(raw: Self.claimOrder) LIMIT \(max(0, limit))
                ) AS first
                WHERE NOT EXISTS (SELECT FROM holds h WHERE h.scope = 'everything')
                ORDER BY \(raw: Self.claimOrder) LIMIT \(max(0, limit))
            ) AS j
            """
        return try await read(sql) { try JobRow($0) }
    }

    package func readyJobs(
        source: String, after community: String?, communities: Int, each: Int
    ) async throws -> [JobRow] {
        // From name to name, each the least after the one before: what lies between is never read.
        let sql: SQL = """
            WITH RECURSIVE names AS (
                SELECT min(jobs.community) AS name FROM jobs
                WHERE jobs.phase = 'waiting' AND NOT jobs.is_held AND jobs.source = \(source)
                    AND jobs.community \(raw: community == nil ? ">=" : ">") \(community ?? "")
                UNION ALL
                SELECT (
                    SELECT min(jobs.community) FROM jobs
                    WHERE jobs.phase = 'waiting' AND NOT jobs.is_held AND jobs.source = \(source)
                        AND jobs.community > names.name)
                FROM names WHERE names.name IS NOT NULL
            )
            SELECT \(raw: JobRow.columns)
            FROM (SELECT name FROM names WHERE name IS NOT NULL LIMIT \(max(0, communities))) AS n
            CROSS JOIN LATERAL (
                SELECT * FROM jobs
                WHERE \(raw: Self.isReady) AND jobs.source = \(source) AND jobs.community = n.name
                    AND NOT EXISTS (SELECT FROM holds h WHERE h.scope = 'everything')
                ORDER BY \(raw: Self.claimOrder) LIMIT \(max(0, each))
            ) AS j
            """
        return try await read(sql) { try JobRow($0) }
    }

    /// As the indexes have it.
    private static let claimOrder = "claim_at(queued_at, priority), post_id, number"

    /// A job waits, its moment has come, and no hold on its stage or community covers it.
    private static let isReady = """
        jobs.phase = 'waiting' AND NOT jobs.is_held AND jobs.ready_at <= statement_timestamp()
        AND jobs.stage <> ALL (ARRAY(SELECT h.name FROM holds h WHERE h.scope = 'stage'))
        AND jobs.community <> ALL (ARRAY(SELECT h.name FROM holds h WHERE h.scope = 'community'))
        """

    package func runningKeys(endpoint: String, after cursor: JobKey?, limit: Int) async throws -> [JobKey] {
        let sql: SQL = """
            SELECT post_id, number FROM jobs
            WHERE endpoint = \(endpoint) AND phase IN ('starting', 'accepted')
                AND (post_id, number) > (\(cursor?.post.rawValue ?? 0), \(cursor?.number ?? 0))
            ORDER BY post_id, number LIMIT \(max(0, limit))
            """
        return try await read(sql) { JobKey(post: try $0.post("post_id"), number: try $0.int("number")) }
    }

    package func job(_ key: JobKey) async throws -> JobRow? {
        let sql: SQL = """
            SELECT \(raw: JobRow.columns) FROM jobs j
            WHERE j.post_id = \(key.post.rawValue) AND j.number = \(key.number)
            """
        return try await read(sql) { try JobRow($0) }.first
    }

    package func recordAccepted(_ key: JobKey, attempt: Int, epoch: Int64, remoteID: String?) async throws -> Bool {
        let sql: SQL = """
            UPDATE jobs SET phase = 'accepted', remote_id = \(remoteID as String?)
            WHERE post_id = \(key.post.rawValue) AND number = \(key.number) AND phase = 'starting'
                AND attempt = \(attempt) AND epoch = \(epoch)
            """
        return try await note(sql).affected == 1
    }

    package func recordAccepted(_ acceptances: [Acceptance]) async throws -> Set<JobKey> {
        guard !acceptances.isEmpty else { return [] }
        // The phase as an expression: else the index of running jobs looks cheaper than the key, and is read as a whole.
        let sql: SQL = """
            UPDATE jobs j SET phase = 'accepted', remote_id = x.remote_id
            FROM unnest(
                \(bigints: acceptances.map(\.key.post.rawValue)), \(bigints: acceptances.map(\.key.number)),
                \(bigints: acceptances.map(\.attempt)), \(bigints: acceptances.map(\.epoch)),
                \(texts: acceptances.map(\.remoteID))
            ) AS x(post_id, number, attempt, epoch, remote_id)
            WHERE j.post_id = x.post_id AND j.number = x.number AND j.phase || '' = 'starting' AND j.attempt = x.attempt
                AND j.epoch = x.epoch
            RETURNING j.post_id, j.number
            """
        return Set(try await note(sql).decoded { JobKey(post: try $0.post("post_id"), number: try $0.int("number")) })
    }

    package func recordProgress(
        _ key: JobKey, attempt: Int, silenceMicroseconds: Int64, progress: JSONObject
    ) async throws -> Bool {
        let progress = try Stored.object(progress)
        let sql: SQL = """
            UPDATE jobs SET
                last_heard_at = t.at, progress = \(progress)::json,
                wake_at = least(
                    deadline, t.at + \(Stored.delay(silenceMicroseconds))::bigint * '1 microsecond'::interval)
            FROM (SELECT clock_timestamp() AS at OFFSET 0) AS t
            WHERE post_id = \(key.post.rawValue) AND number = \(key.number) AND phase IN ('starting', 'accepted')
                AND attempt = \(attempt)
            """
        return try await write(sql).affected == 1
    }

    static func jobsQuery(of post: PostID) -> SQL {
        "SELECT \(raw: JobRow.columns) FROM jobs j WHERE j.post_id = \(post.rawValue) ORDER BY j.number"
    }
}

extension JobRow {
    static let columns = """
        j.post_id, j.number, j.invocation, j.source, j.stage, j.input, j.phase, j.attempt, j.endpoint, j.epoch, \
        j.priority, j.community, micros_of(j.queued_at) AS queued_at, micros_of(j.ready_at) AS ready_at, \
        micros_of(j.wake_at) AS wake_at, micros_of(j.deadline) AS deadline, \
        micros_of(j.assigned_at) AS assigned_at, micros_of(j.last_heard_at) AS last_heard_at, j.timeout_us, \
        j.remote_id, j.progress, j.is_held
        """

    init(_ row: Row) throws {
        self.init(
            key: JobKey(post: try row.post("post_id"), number: try row.int("number")),
            invocation: try row.string("invocation"), source: try row.string("source"),
            stage: try row.string("stage"), input: try row.object("input"),
            phase: try row.value("phase", JobRow.Phase.self), attempt: try row.int("attempt"),
            endpoint: try row.optionalString("endpoint"), epoch: try row.optionalInt64("epoch"),
            priority: try row.int("priority"), community: try row.string("community"),
            queuedAt: try row.time("queued_at"), readyAt: try row.time("ready_at"), wakeAt: try row.time("wake_at"),
            deadline: try row.optionalTime("deadline"), assignedAt: try row.optionalTime("assigned_at"),
            lastHeardAt: try row.optionalTime("last_heard_at"), timeoutMicroseconds: try row.int64("timeout_us"),
            remoteID: try row.optionalString("remote_id"), progress: try row.object("progress"),
            isHeld: try row.bool("is_held"))
    }
}
