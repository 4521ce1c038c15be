import GRDB
import JSONValue
import Store

extension SQLiteStore {
    package func countPosts(_ filter: PostFilter) async throws -> Int {
        let (condition, values) = filter.condition
        let sql = """
            SELECT count(*) FROM posts LEFT JOIN submissions ON submissions.post_id = posts.id WHERE \(condition)
            """
        return try await read { db in try db.row(sql, values) { try $0.int() } ?? 0 }
    }

    package func postIDs(_ filter: PostFilter, after cursor: PostID?, limit: Int) async throws -> [PostID] {
        let (condition, values) = filter.condition
        let sql = """
            SELECT posts.id FROM posts LEFT JOIN submissions ON submissions.post_id = posts.id
            WHERE posts.id < ? AND \(condition) ORDER BY posts.id DESC LIMIT ?
            """
        return try await read { db in
            try db.rows(sql, [cursor?.rawValue ?? .max] + values + [max(0, limit)]) { try $0.post() }
        }
    }

    package func create(_ operation: OperationRow) async throws -> OperationRow {
        let sql = """
            INSERT INTO operations (kind, filter, parameters, reason, actor, total, created_at)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            RETURNING \(OperationRow.columns)
            """
        return try await write { transaction in
            let values: [Bound] = [
                operation.kind.rawValue, try Stored.object(operation.filter.json),
                try Stored.object(operation.parameters), operation.reason, operation.actor, operation.total,
                transaction.now,
            ]
            guard let row = try transaction.db.row(sql, values, { try OperationRow(&$0) }) else {
                throw StoreError(.corruptRow, "an operation is not there after it was written")
            }
            let detail: JSONObject = [
                "reason": .string(row.reason), "filter": .object(row.filter.json), "total": .int(Int64(row.total)),
            ]
            try transaction.record(
                AuditRow(
                    actor: row.actor, action: "bulk.\(row.kind.rawValue)", subject: "operation:\(row.id)",
                    detail: detail))
            return row
        }
    }

    package func operation(_ id: Int64) async throws -> OperationRow? {
        try await read { try $0.operation(id) }
    }

    package func operations(after cursor: Int64?, limit: Int) async throws -> [OperationRow] {
        let sql = "SELECT \(OperationRow.columns) FROM operations WHERE id < ? ORDER BY id DESC LIMIT ?"
        return try await read { db in
            try db.rows(sql, [cursor ?? .max, max(0, limit)]) { try OperationRow(&$0) }
        }
    }

    package func claimOperation(node: String, microseconds: Int64) async throws -> OperationRow? {
        let sql = """
            UPDATE operations SET
                owner = ?1, epoch = epoch + 1, state = CASE state WHEN 'pending' THEN 'running' ELSE state END,
                started_at = coalesce(started_at, ?2), lease_until = ?3
            WHERE id = (
                SELECT id FROM operations
                WHERE state IN ('pending', 'running', 'aborting') AND (owner IS NULL OR lease_until <= ?2)
                ORDER BY id LIMIT 1)
            RETURNING \(OperationRow.columns)
            """
        return try await write { transaction in
            let values: [Bound] = [node, transaction.now, transaction.now.after(microseconds)]
            return try transaction.db.row(sql, values) { try OperationRow(&$0) }
        }
    }

    package func advance(_ advance: OperationAdvance) async throws -> OperationRow? {
        let sql = """
            UPDATE operations SET
                done = done + ?1, skipped = skipped + ?2, failed = failed + ?3, cursor = coalesce(?4, cursor),
                problems = ?5, state = coalesce(?6, state), owner = CASE WHEN ?6 IS NULL THEN owner END,
                ended_at = CASE WHEN ?6 IS NOT NULL THEN ?7 END, lease_until = ?8
            WHERE id = ?9 AND owner = ?10 AND epoch = ?11 AND lease_until > ?7
            RETURNING \(OperationRow.columns)
            """
        return try await write { transaction in
            let values: [Bound] = [
                advance.progress.done, advance.progress.skipped, advance.progress.failed, advance.cursor?.rawValue,
                try Stored.json(.array(advance.problems)), advance.end?.rawValue, transaction.now,
                transaction.now.after(advance.leaseMicroseconds), advance.id, advance.node, advance.epoch,
            ]
            return try transaction.db.row(sql, values) { try OperationRow(&$0) }
        }
    }

    package func abortOperation(_ id: Int64, actor: String, reason: String) async throws -> OperationRow? {
        let sql = """
            UPDATE operations SET
                state = CASE state WHEN 'pending' THEN 'aborted' ELSE 'aborting' END,
                ended_at = CASE state WHEN 'pending' THEN ? END
            WHERE id = ? AND state IN ('pending', 'running')
            """
        return try await write { transaction in
            if try transaction.db.run(sql, [transaction.now, id]) == 1 {
                try transaction.record(
                    AuditRow(
                        actor: actor, action: "bulk.abort", subject: "operation:\(id)",
                        detail: ["reason": .string(reason)]))
            }
            return try transaction.db.operation(id)
        }
    }
}

extension Database {
    fileprivate func operation(_ id: Int64) throws -> OperationRow? {
        try row("SELECT \(OperationRow.columns) FROM operations WHERE id = ?", [id]) { try OperationRow(&$0) }
    }
}

extension OperationRow {
    fileprivate static let columns = """
        id, kind, filter, parameters, reason, actor, state, total, done, skipped, failed, cursor, problems, owner, \
        epoch, created_at, started_at, ended_at
        """

    fileprivate init(_ columns: inout Columns) throws {
        let id = try columns.int64()
        let kind = try columns.value(OperationRow.Kind.self)
        guard let filter = PostFilter(json: try columns.object()) else {
            throw StoreError(.corruptRow, subject: "operation \(id)", "operation \(id): its filter has another shape")
        }
        self.init(
            id: id, kind: kind, filter: filter, parameters: try columns.object(), reason: try columns.text(),
            actor: try columns.text(), state: try columns.value(OperationRow.State.self), total: try columns.int(),
            progress: Progress(done: try columns.int(), skipped: try columns.int(), failed: try columns.int()),
            cursor: try columns.optionalInt64().map { PostID($0) }, problems: try columns.json().array ?? [],
            owner: try columns.optionalText(), epoch: try columns.int64(), createdAt: try columns.time(),
            startedAt: try columns.optionalTime(), endedAt: try columns.optionalTime())
    }
}
