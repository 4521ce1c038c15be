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
            SELECT \(JobRow.columns) FROM jobs WHERE \(Self.isReady) AND source = ?
            ORDER BY \(Self.claimOrder) LIMIT ?
            """
        // The first of each source, merged: an index serves the order within one source only.
        let found = try await read { [time] db in
            try Set(sources).flatMap { source in
                try db.rows(sql, [time.microseconds, source, limit]) { try JobRow(&$0) }
            }
        }
        return Array(
            found.sorted { ($0.claimOrder, $0.key) < ($1.claimOrder, $1.key) }.prefix(max(0, limit)))
    }

    package func readyJobs(
        source: String, after community: String?, communities: Int, each: Int
    ) async throws -> [JobRow] {
        let next =
            "SELECT min(community) FROM jobs WHERE phase = 'waiting' AND is_held = 0 AND source = ? AND community"
        let first = """
            SELECT \(JobRow.columns) FROM jobs WHERE \(Self.isReady) AND source = ? AND community = ?
            ORDER BY \(Self.claimOrder) LIMIT ?
            """
        return try await read { [time] db in
            var found: [JobRow] = []
            var (last, comparison) = (community ?? "", community == nil ? ">=" : ">")
            for _ in 0..<max(0, communities) {
                let name = try db.row("\(next) \(comparison) ?", [source, last]) { try $0.optionalText() }
                guard let name = name ?? nil else { break }
                found += try db.rows(first, [time.microseconds, source, name, max(0, each)]) { try JobRow(&$0) }
                (last, comparison) = (name, ">")
            }
            return found
        }
    }

    /// As the indexes have it.
    private static let claimOrder = "queued_at - priority * 6000000, post_id, number"

    /// A job waits, its moment (the first argument) has come, and no hold on more than its post covers it.
    private static let isReady = """
        phase = 'waiting' AND is_held = 0 AND ready_at <= ? \
        AND stage NOT IN (SELECT name FROM holds WHERE scope = 'stage') \
        AND community NOT IN (SELECT name FROM holds WHERE scope = 'community') \
        AND NOT EXISTS (SELECT 1 FROM holds WHERE scope = 'everything')
        """

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
