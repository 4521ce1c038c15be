import GRDB
import JSONValue
import Store

extension SQLiteStore {
    package func posts(_ ids: [PostID]) async throws -> [PostRow] {
        let sql = "SELECT \(PostRow.columns) FROM posts WHERE id IN (SELECT value FROM json_each(?))"
        return try await read { db in try db.rows(sql, [ids.list]) { try PostRow(&$0) } }
    }

    package func existing(_ ids: [PostID]) async throws -> Set<PostID> {
        let sql = "SELECT id FROM posts WHERE id IN (SELECT value FROM json_each(?))"
        return try await read { db in Set(try db.rows(sql, [ids.list]) { try $0.post() }) }
    }

    package func nextLocalPostID() async throws -> PostID {
        try await write { transaction in
            let sql = """
                -- Beyond what was ever given, and beyond posts that came with an id of their own.
                UPDATE local_posts SET last_id = 1 + max(last_id, coalesce((SELECT max(id) FROM posts), 0))
                RETURNING last_id
                """
            guard let id = try transaction.db.row(sql, [], { try $0.post() }) else {
                throw StoreError(.corruptRow, subject: "local_posts", "the counter of local posts is gone")
            }
            return id
        }
    }
}

extension Transaction {
    /// False when the post exists.
    func insert(_ post: PostID, revision: Int64, _ state: PostState) throws -> Bool {
        let sql = """
            INSERT INTO posts (
                chart, configuration, context, memory, priority, queue_stage, queue_status, assigned_to, assigned_at,
                processed_at, retry_count, waits_for, metadata, changed_at, id, revision)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (id) DO NOTHING
            """
        return try db.run(sql, state.values() + [now, post.rawValue, revision]) == 1
    }

    /// False when the revision is another one by now.
    func update(_ post: PostID, from expected: Int64, to revision: Int64, _ state: PostState) throws -> Bool {
        let sql = """
            UPDATE posts SET
                chart = ?, configuration = ?, context = ?, memory = ?, priority = ?, queue_stage = ?, queue_status = ?,
                assigned_to = ?, assigned_at = ?, processed_at = ?, retry_count = ?, waits_for = ?, metadata = ?,
                changed_at = ?, revision = ?
            WHERE id = ? AND revision = ?
            """
        return try db.run(sql, state.values() + [now, revision, post.rawValue, expected]) == 1
    }
}

extension PostState {
    fileprivate func values() throws -> [Bound] {
        [
            chart, try Stored.texts(configuration), try Stored.object(context), try Stored.json(memory), priority,
            stage,
            status, assignedTo, assignedAt?.microseconds, processedAt?.microseconds, retryCount, waitsFor.rawValue,
            try Stored.object(metadata),
        ]
    }
}

extension PostRow {
    static let columns = """
        posts.id, revision, chart, configuration, context, memory, priority, queue_stage, queue_status, assigned_to, \
        assigned_at, processed_at, retry_count, waits_for, metadata
        """

    init(_ columns: inout Columns) throws {
        self.init(
            id: try columns.post(), revision: try columns.int64(),
            state: PostState(
                chart: try columns.text(), configuration: try columns.texts(), context: try columns.object(),
                memory: try columns.json(), priority: try columns.int(), stage: try columns.text(),
                status: try columns.text(), assignedTo: try columns.optionalText(),
                assignedAt: try columns.optionalTime(), processedAt: try columns.optionalTime(),
                retryCount: try columns.int(), waitsFor: try columns.value(PostState.WaitsFor.self),
                metadata: try columns.object()))
    }
}
