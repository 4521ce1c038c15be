import GRDB
import JSONValue
import Store

extension SQLiteStore {
    package func dueJobs(after cursor: JobRow?, limit: Int) async throws -> [JobRow] {
        let sql = """
            SELECT \(JobRow.columns) FROM jobs
            WHERE phase <> 'done' AND wake_at <= ? AND (wake_at, post_id, number) > (?, ?, ?)
            ORDER BY wake_at, post_id, number LIMIT ?
            """
        let after: [Bound] = [
            cursor?.wakeAt.microseconds ?? .min, cursor?.key.post.rawValue ?? .min, cursor?.key.number ?? .min,
        ]
        return try await read { [time] db in
            try db.rows(sql, [time.microseconds] + after + [limit]) { try JobRow(&$0) }
        }
    }

    package func readyJobs(sources: [String], limit: Int) async throws -> [JobRow] {
        let sql = """
            SELECT \(JobRow.columns) FROM jobs
            WHERE phase = 'waiting' AND is_held = 0 AND source = ? AND ready_at <= ? AND \(Self.mayGo)
            ORDER BY priority DESC, queued_at, post_id, number LIMIT ?
            """
        return try await readyJobs(sql, sources: sources, limit: limit) { left, right in
            (-left.priority, left.queuedAt, left.key) < (-right.priority, right.queuedAt, right.key)
        }
    }

    package func oldestReadyJobs(sources: [String], limit: Int) async throws -> [JobRow] {
        let sql = """
            SELECT \(JobRow.columns) FROM jobs
            WHERE phase = 'waiting' AND is_held = 0 AND source = ? AND ready_at <= ? AND \(Self.mayGo)
            ORDER BY queued_at, post_id, number LIMIT ?
            """
        return try await readyJobs(sql, sources: sources, limit: limit) { left, right in
            (left.queuedAt, left.key) < (right.queuedAt, right.key)
        }
    }

    /// No hold covers the job.
    private static let mayGo = """
        stage NOT IN (SELECT name FROM holds WHERE scope = 'stage') \
        AND community NOT IN (SELECT name FROM holds WHERE scope = 'community') \
        AND NOT EXISTS (SELECT 1 FROM holds WHERE scope = 'everything')
        """

    /// The first of each source, merged: an index serves the order within one source only.
    private func readyJobs(
        _ sql: String, sources: [String], limit: Int, by precedes: (JobRow, JobRow) -> Bool
    ) async throws -> [JobRow] {
        let found = try await read { [time] db in
            try Set(sources).flatMap { source in
                try db.rows(sql, [source, time.microseconds, limit]) { try JobRow(&$0) }
            }
        }
        return Array(found.sorted(by: precedes).prefix(max(0, limit)))
    }

    package func runningKeys(endpoint: String, after cursor: JobKey?, limit: Int) async throws -> [JobKey] {
        let sql = """
            SELECT post_id, number FROM jobs
            WHERE endpoint = ? AND phase IN ('starting', 'accepted') AND (post_id, number) > (?, ?)
            ORDER BY post_id, number LIMIT ?
            """
        let (post, number) = (cursor?.post.rawValue ?? 0, cursor?.number ?? 0)
        return try await read { db in
            try db.rows(sql, [endpoint, post, number, max(0, limit)]) {
                JobKey(post: PostID(try $0.int64()), number: try $0.int())
            }
        }
    }

    package func job(_ key: JobKey) async throws -> JobRow? {
        let sql = "SELECT \(JobRow.columns) FROM jobs WHERE post_id = ? AND number = ?"
        return try await read { db in try db.row(sql, [key.post.rawValue, key.number]) { try JobRow(&$0) } }
    }

    package func recordAccepted(_ key: JobKey, attempt: Int, epoch: Int64, remoteID: String?) async throws -> Bool {
        let sql = """
            UPDATE jobs SET phase = 'accepted', remote_id = ?
            WHERE post_id = ? AND number = ? AND phase = 'starting' AND attempt = ? AND epoch = ?
            """
        return try await write { transaction in
            try transaction.db.run(sql, [remoteID, key.post.rawValue, key.number, attempt, epoch]) == 1
        }
    }

    package func recordProgress(
        _ key: JobKey, attempt: Int, silenceMicroseconds: Int64, progress: JSONObject
    ) async throws -> Bool {
        let sql = """
            UPDATE jobs SET last_heard_at = ?, wake_at = min(?, deadline), progress = ?
            WHERE post_id = ? AND number = ? AND phase IN ('starting', 'accepted') AND attempt = ?
            """
        return try await write { transaction in
            let wakeAt = transaction.now.after(silenceMicroseconds)
            let values: [Bound] = [transaction.now, wakeAt, try Stored.object(progress), key.post.rawValue, key.number]
            return try transaction.db.run(sql, values + [attempt]) == 1
        }
    }
}

extension Int64 {
    /// This moment and a delay; the end of time when the sum is beyond it.
    func after(_ microseconds: Int64) -> Int64 {
        let (sum, isOver) = addingReportingOverflow(microseconds)
        return isOver ? .max : sum
    }
}

extension Database {
    func jobs(of post: PostID) throws -> [JobRow] {
        let sql = "SELECT \(JobRow.columns) FROM jobs WHERE post_id = ? ORDER BY number"
        return try rows(sql, [post.rawValue]) { try JobRow(&$0) }
    }
}

extension JobRow {
    static let columns = """
        post_id, number, invocation, source, stage, input, phase, attempt, endpoint, epoch, priority, community, \
        queued_at, ready_at, wake_at, deadline, assigned_at, last_heard_at, timeout_us, remote_id, progress, is_held
        """

    init(_ columns: inout Columns) throws {
        self.init(
            key: JobKey(post: try columns.post(), number: try columns.int()), invocation: try columns.text(),
            source: try columns.text(), stage: try columns.text(), input: try columns.object(),
            phase: try columns.value(JobRow.Phase.self), attempt: try columns.int(),
            endpoint: try columns.optionalText(), epoch: try columns.optionalInt64(), priority: try columns.int(),
            community: try columns.text(), queuedAt: try columns.time(), readyAt: try columns.time(),
            wakeAt: try columns.time(), deadline: try columns.optionalTime(), assignedAt: try columns.optionalTime(),
            lastHeardAt: try columns.optionalTime(), timeoutMicroseconds: try columns.int64(),
            remoteID: try columns.optionalText(), progress: try columns.object(), isHeld: try columns.bool())
    }
}
