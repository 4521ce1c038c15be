import GRDB
import JSONValue
import Store

extension SQLiteStore {
    package func holds() async throws -> [HoldRow] {
        let sql = "SELECT scope, name, reason, actor, created_at FROM holds ORDER BY scope, name"
        return try await read { db in try db.rows(sql) { try HoldRow(&$0) } }
    }

    package func hold(_ hold: HoldRow) async throws -> HoldRow {
        let sql = """
            INSERT INTO holds (scope, name, reason, actor, created_at) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (scope, name) DO UPDATE SET reason = excluded.reason, actor = excluded.actor
            RETURNING scope, name, reason, actor, created_at
            """
        return try await write { transaction in
            let values: [Bound] = [hold.scope.rawValue, hold.name, hold.reason, hold.actor, transaction.now]
            guard let row = try transaction.db.row(sql, values, { try HoldRow(&$0) }) else {
                throw StoreError(.corruptRow, subject: hold.subject, "the hold is not there after it was written")
            }
            try transaction.record(
                AuditRow(
                    actor: hold.actor, action: "hold", subject: hold.subject, detail: ["reason": .string(hold.reason)]))
            return row
        }
    }

    package func release(
        _ scope: HoldRow.Scope, name: String, actor: String, reason: String
    ) async throws -> Bool {
        let subject = HoldRow(scope: scope, name: name, reason: reason, actor: actor).subject
        return try await write { transaction in
            let sql = "DELETE FROM holds WHERE scope = ? AND name = ?"
            guard try transaction.db.run(sql, [scope.rawValue, name]) == 1 else { return false }
            try transaction.record(
                AuditRow(actor: actor, action: "release", subject: subject, detail: ["reason": .string(reason)]))
            return true
        }
    }

    package func waitingJobs(
        _ filter: WaitingJobs, after cursor: JobKey?, limit: Int
    ) async throws -> [JobRow] {
        let sql = """
            SELECT \(JobRow.columns) FROM jobs
            WHERE (post_id, number) > (?1, ?2) AND phase = 'waiting' AND is_held = 0 AND (?3 IS NULL OR stage = ?3)
                AND (?4 IS NULL OR community = ?4)
                AND (?5 IS NULL OR source IN (SELECT value FROM json_each(?5)))
            ORDER BY post_id, number LIMIT ?6
            """
        let sources = try filter.sources.map { try Stored.texts($0) }
        let values: [Bound] = [
            cursor?.post.rawValue ?? .min, cursor?.number ?? 0, filter.stage, filter.community, sources, max(0, limit),
        ]
        return try await read { db in try db.rows(sql, values) { try JobRow(&$0) } }
    }

    package func postpone(_ jobs: [PostponedJob]) async throws -> Int {
        let sql = """
            UPDATE jobs SET wake_at = ?
            WHERE post_id = ? AND number = ? AND phase = 'waiting' AND is_held = 0 AND wake_at = ?
            """
        return try await write { transaction in
            try jobs.reduce(0) { count, job in
                let values: [Bound] = [
                    transaction.now.after(job.queueMicroseconds), job.key.post.rawValue, job.key.number,
                    job.wakeAt.microseconds,
                ]
                return count + (try transaction.db.run(sql, values))
            }
        }
    }
}

extension Transaction {
    func record(_ audit: AuditRow) throws {
        let sql = "INSERT INTO audit (at, actor, action, subject, detail) VALUES (?, ?, ?, ?, ?)"
        let detail = try Stored.object(audit.detail)
        try db.run(sql, [now, audit.actor, audit.action, audit.subject, detail])
    }
}

extension HoldRow {
    fileprivate init(_ columns: inout Columns) throws {
        self.init(
            scope: try columns.value(HoldRow.Scope.self), name: try columns.text(), reason: try columns.text(),
            actor: try columns.text(), createdAt: try columns.time())
    }
}
