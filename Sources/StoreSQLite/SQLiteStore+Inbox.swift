import GRDB
import JSONValue
import Store

extension SQLiteStore {
    package func emit(_ events: [InboxEvent]) async throws -> Int {
        try await write { transaction in try transaction.emit(events) }
    }

    package func emit(
        toAll filter: PostFilter, event: String, data: JSONObject, actor: String, limit: Int, dryRun: Bool
    ) async throws -> Int {
        let (condition, values) = filter.condition
        let matching = """
            SELECT posts.id FROM posts LEFT JOIN submissions ON submissions.post_id = posts.id
            WHERE \(condition) ORDER BY posts.id DESC LIMIT ?
            """
        guard !dryRun else {
            let counted = try await read { db in
                try db.row("SELECT count(*) FROM (\(matching))", values + [limit]) { try $0.int() }
            }
            return counted ?? 0
        }
        let sql = "INSERT INTO inbox (event, data, actor, created_at, post_id) SELECT ?, ?, ?, ?, id FROM (\(matching))"
        return try await write { transaction in
            let event: [Bound] = [event, try Stored.object(data), actor, transaction.now]
            return try transaction.db.run(sql, event + values + [limit])
        }
    }

    package func inbox(after id: Int64, limit: Int) async throws -> [InboxEvent] {
        let sql = "SELECT id, post_id, event, data, actor FROM inbox WHERE id > ? ORDER BY id LIMIT ?"
        return try await read { db in try db.rows(sql, [id, limit]) { try InboxEvent(&$0) } }
    }
}

extension Database {
    func pendingEvents(of post: PostID) throws -> Int {
        try row("SELECT count(*) FROM inbox WHERE post_id = ?", [post.rawValue]) { try $0.int() } ?? 0
    }
}

extension Transaction {
    /// Returns how many were stored: those for unknown posts are dropped.
    @discardableResult
    func emit(_ events: [InboxEvent]) throws -> Int {
        let sql = """
            INSERT INTO inbox (post_id, event, data, actor, created_at) SELECT id, ?, ?, ?, ? FROM posts WHERE id = ?
            """
        return try events.reduce(0) { count, event in
            let data = try Stored.object(event.data)
            return count + (try db.run(sql, [event.event, data, event.actor, now, event.post.rawValue]))
        }
    }

    /// Whether all of these events wait still: one that does not was consumed by another macrostep.
    func areThere(_ ids: [Int64]) throws -> Bool {
        try ids.allSatisfy { id in
            try db.row("SELECT 1 FROM inbox WHERE id = ?", [id]) { try $0.int() } != nil
        }
    }

    func consume(_ ids: [Int64]) throws {
        for id in ids { try db.run("DELETE FROM inbox WHERE id = ?", [id]) }
    }
}

extension InboxEvent {
    fileprivate init(_ columns: inout Columns) throws {
        self.init(
            id: try columns.int64(), post: try columns.post(), event: try columns.text(), data: try columns.object(),
            actor: try columns.text())
    }
}
