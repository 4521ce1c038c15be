import GRDB
import JSONValue
import Store

extension SQLiteStore {
    package func listPosts(_ filter: PostFilter, after cursor: PostID?, limit: Int) async throws -> [PostSummary] {
        let (condition, values) = filter.condition
        let sql = """
            SELECT \(PostRow.columns), coalesce(community, ''), coalesce(title, ''), coalesce(created_at, changed_at),
                changed_at
            FROM posts LEFT JOIN submissions ON submissions.post_id = posts.id
            WHERE posts.id < ? AND \(condition) ORDER BY posts.id DESC LIMIT ?
            """
        return try await read { db in
            try db.rows(sql, [cursor?.rawValue ?? .max] + values + [limit]) { try PostSummary(&$0) }
        }
    }

    package func posts(chart: String, after cursor: PostID?, limit: Int) async throws -> [PostRow] {
        let sql = "SELECT \(PostRow.columns) FROM posts WHERE id > ? AND chart = ? ORDER BY id LIMIT ?"
        return try await read { db in
            try db.rows(sql, [cursor?.rawValue ?? .min, chart, max(0, limit)]) { try PostRow(&$0) }
        }
    }

    package func post(_ id: PostID) async throws -> PostDetail? {
        let sql = "SELECT \(PostRow.columns), changed_at FROM posts WHERE id = ?"
        return try await read { [time] db in
            guard let (row, changedAt) = try db.row(sql, [id.rawValue], { (try PostRow(&$0), try $0.time()) })
            else { return nil }
            return PostDetail(
                row: row, submission: try db.submissions([id]).first, jobs: try db.jobs(of: id),
                timers: try db.timers(of: id), comments: try db.comments(of: id),
                pendingEvents: try db.pendingEvents(of: id), changedAt: changedAt, at: time)
        }
    }

    package func queueCounts() async throws -> [QueueCount] {
        let sql = """
            SELECT queue_stage, queue_status, count(*), min(changed_at) FROM posts
            GROUP BY queue_stage, queue_status ORDER BY queue_stage, queue_status
            """
        return try await read { db in
            try db.rows(sql) { columns in
                QueueCount(
                    stage: try columns.text(), status: try columns.text(), count: try columns.int(),
                    oldest: try columns.optionalTime())
            }
        }
    }

    package func stuckPosts(limit: Int) async throws -> [StuckPost] {
        // As the view stuck_posts, but at this moment and not at that of the last commit.
        let sql = "SELECT post_id, reason, since FROM stuck_after WHERE stuck_at <= ? ORDER BY since, post_id LIMIT ?"
        return try await read { [time] db in
            try db.rows(sql, [time.microseconds, limit]) { columns in
                StuckPost(post: try columns.post(), reason: try columns.text(), since: try columns.time())
            }
        }
    }
}

extension PostFilter {
    /// The condition over `posts` and (outer joined) `submissions`, from fixed texts only, and its values.
    var condition: (sql: String, values: [Bound]) {
        var parts: [(String, Bound)] = []
        if let stage { parts.append(("queue_stage = ?", stage)) }
        if let status { parts.append(("queue_status = ?", status)) }
        if let community { parts.append(("community = ?", community)) }
        if let waitsFor { parts.append(("waits_for = ?", waitsFor.rawValue)) }
        if let chart { parts.append(("chart = ?", chart)) }
        if let isHeld { parts.append(("(metadata ->> '$.held' IS NOT NULL) = ?", isHeld)) }
        if let text { parts.append(("instr(\(Self.lowercase)(title), ?) > 0", text.lowercased())) }
        if !ids.isEmpty { parts.append(("posts.id IN (SELECT value FROM json_each(?))", ids.list)) }
        return (parts.map(\.0).joined(separator: " AND ").ifEmpty("TRUE"), parts.map(\.1))
    }

    /// Swift's own, which GRDB gives to each connection: SQLite's `lower` knows ASCII only.
    private static let lowercase = DatabaseFunction.lowercase.name
}

extension String {
    fileprivate func ifEmpty(_ other: String) -> String { isEmpty ? other : self }
}

extension PostSummary {
    fileprivate init(_ columns: inout Columns) throws {
        self.init(
            row: try PostRow(&columns), community: try columns.text(), title: try columns.text(),
            createdAt: try columns.time(), changedAt: try columns.time())
    }
}
