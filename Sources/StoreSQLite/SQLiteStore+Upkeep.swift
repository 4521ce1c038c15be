import Crypto
import GRDB
import JSONValue
import Store

extension SQLiteStore {
    /// The file has one server.
    package func beginUpkeep() async throws -> Bool { !isReadOnly }
    package func endUpkeep() async {}

    package func finishedPosts(after cursor: PostID?, rows: Int) async throws -> FinishedPage {
        let sql = """
            SELECT p.id, p.revision, p.changed_at, s.post_id IS NOT NULL, p.waits_for = 'nothing'
            FROM (SELECT * FROM posts WHERE id > ? ORDER BY id LIMIT ?) p
            LEFT JOIN submissions s ON s.post_id = p.id AND s.texts_purged_at IS NULL
            ORDER BY p.id
            """
        let limit = max(1, rows)
        let looked = try await read { db in
            try db.rows(sql, [cursor?.rawValue ?? 0, limit]) { columns in
                (
                    post: FinishedPost(
                        id: try columns.post(), revision: try columns.int64(), changedAt: try columns.time(),
                        hasTexts: try columns.bool()),
                    hasEnded: try columns.bool()
                )
            }
        }
        return FinishedPage(
            posts: looked.filter(\.hasEnded).map(\.post), next: looked.count == limit ? looked.last?.post.id : nil)
    }

    package func records(_ ids: [PostID]) async throws -> [PostRecord] {
        let sql = "SELECT \(PostRow.columns), changed_at FROM posts WHERE id IN (SELECT value FROM json_each(?))"
        return try await read { db in
            let rows = try db.rows(sql, [ids.list]) { (try PostRow(&$0), try $0.time()) }
            return try rows.map { row, changedAt in
                PostRecord(
                    row: row, changedAt: changedAt, submission: try db.submissions([row.id]).first,
                    transitions: try db.history(row.id, after: 0, limit: -1), results: try db.results(row.id),
                    comments: try db.comments(of: row.id), costs: try db.costs(row.id))
            }
        }
    }

    package func purge(_ posts: [FinishedPost]) async throws -> Int {
        guard !posts.isEmpty else { return 0 }
        return try await write { transaction in
            let gone = try posts.filter { post in
                let sql = "SELECT 1 FROM posts WHERE id = ? AND revision = ? AND waits_for = 'nothing'"
                return try transaction.db.row(sql, [post.id.rawValue, post.revision]) { try $0.int() } != nil
            }
            try transaction.purge(gone.map(\.id))
            return gone.count
        }
    }

    package func purgeTexts(of ids: [PostID]) async throws -> Int {
        guard !ids.isEmpty else { return 0 }
        return try await write { transaction in try transaction.purgeTexts(of: ids) }
    }

    package func purged(_ ids: [PostID]) async throws -> [PostID: Timestamp] {
        let sql = "SELECT post_id, purged_at FROM purged_posts WHERE post_id IN (SELECT value FROM json_each(?))"
        let rows = try await read { db in try db.rows(sql, [ids.list]) { (try $0.post(), try $0.time()) } }
        return Dictionary(uniqueKeysWithValues: rows)
    }

    package func trimLogs(_ limits: LogLimits, slice: Int) async throws -> Int {
        // In the logs with a counted id the oldest stand first.
        let deletions: [(String, Timestamp)] = [
            (
                """
                DELETE FROM deliveries
                WHERE received_at < ? AND id IN (SELECT id FROM deliveries ORDER BY id LIMIT ?)
                """, limits.deliveries
            ),
            (
                "DELETE FROM costs WHERE created_at < ? AND id IN (SELECT id FROM costs ORDER BY id LIMIT ?)",
                limits.ledger
            ),
            (
                "DELETE FROM operations WHERE ended_at < ? AND id IN (SELECT id FROM operations ORDER BY id LIMIT ?)",
                limits.ledger
            ),
            ("DELETE FROM audit WHERE at < ? AND id IN (SELECT id FROM audit ORDER BY id LIMIT ?)", limits.ledger),
            (
                """
                DELETE FROM purged_posts
                WHERE purged_at < ? AND post_id IN (SELECT post_id FROM purged_posts ORDER BY purged_at LIMIT ?)
                """, limits.ledger
            ),
            (
                """
                DELETE FROM webhook_deliveries WHERE rowid IN (
                    SELECT rowid FROM webhook_deliveries
                    WHERE state <> 'pending' AND ended_at < ? ORDER BY ended_at LIMIT ?)
                """, limits.webhooks
            ),
        ]
        return try await write { transaction in
            let strays = try transaction.db.run(Self.strayDeliveries, [max(1, slice)])
            return try deletions.reduce(strays) { sum, deletion in
                sum + (try transaction.db.run(deletion.0, [deletion.1.microseconds, max(1, slice)]))
            }
        }
    }

    /// Deliveries of subscriptions that are gone, which are found from one subscription to the next.
    private static let strayDeliveries = """
        WITH RECURSIVE ids (id) AS (
            SELECT min(subscription_id) FROM webhook_deliveries
            UNION ALL
            SELECT (SELECT min(subscription_id) FROM webhook_deliveries WHERE subscription_id > ids.id)
            FROM ids WHERE ids.id IS NOT NULL
        )
        DELETE FROM webhook_deliveries WHERE rowid IN (
            SELECT d.rowid FROM ids JOIN webhook_deliveries d ON d.subscription_id = ids.id
            WHERE NOT EXISTS (SELECT 1 FROM subscriptions s WHERE s.id = ids.id) LIMIT ?)
        """

    /// One file has no partitions: history goes with its post, deliveries by ``trimLogs(_:slice:)``.
    package func dropPartitions(transitions: Timestamp, deliveries: Timestamp) async throws -> [String] { [] }
}

extension Transaction {
    fileprivate func purge(_ ids: [PostID]) throws {
        let tables = [
            "comments", "jobs", "timers", "inbox", "deliveries", "queue_results", "submissions", "transitions",
        ]
        for table in tables {
            try db.run("DELETE FROM \(table) WHERE post_id IN (SELECT value FROM json_each(?))", [ids.list])
        }
        try db.run(
            "INSERT OR REPLACE INTO purged_posts (post_id, purged_at) SELECT value, ? FROM json_each(?)",
            [now, ids.list])
        try db.run("DELETE FROM posts WHERE id IN (SELECT value FROM json_each(?))", [ids.list])
    }

    fileprivate func purgeTexts(of ids: [PostID]) throws -> Int {
        let sql = """
            SELECT post_id, title, body FROM submissions
            WHERE post_id IN (SELECT value FROM json_each(?)) AND texts_purged_at IS NULL
            """
        let texts = try db.rows(sql, [ids.list]) { (try $0.post(), "\(try $0.text())\n\(try $0.text())") }
        for (post, text) in texts {
            try db.run(
                """
                UPDATE submissions SET
                    text_hash = ?, author = NULL, title = '', body = '', url = '', permalink = '', extra = '{}',
                    texts_purged_at = ?
                WHERE post_id = ?
                """, [Digest.sha256Hex(text), now, post.rawValue])
        }
        for change in ["queue_results SET result = NULL", "jobs SET progress = '{}'", "deliveries SET body = x''"] {
            try db.run("UPDATE \(change) WHERE post_id IN (SELECT value FROM json_each(?))", [ids.list])
        }
        return texts.count
    }
}
