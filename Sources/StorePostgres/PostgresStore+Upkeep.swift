import JSONValue
import Postgres
import Store

extension PostgresStore {
    /// Held by the session: it ends with it.
    package func beginUpkeep() async throws -> Bool {
        try await keep(
            "SELECT pg_try_advisory_lock(hashtextextended('rejoinder upkeep ' || current_schema(), 0)) AS is_ours"
        ).decoded { try $0.bool("is_ours") }.only
    }

    package func endUpkeep() async {
        _ = try? await keep("SELECT pg_advisory_unlock(hashtextextended('rejoinder upkeep ' || current_schema(), 0))")
    }

    package func finishedPosts(after cursor: PostID?, rows: Int) async throws -> FinishedPage {
        let looked = try await keep(
            """
            SELECT p.id, p.revision, micros_of(p.changed_at) AS changed_at, p.waits_for = 'nothing' AS has_ended,
                s.post_id IS NOT NULL AS has_texts
            FROM (SELECT * FROM posts WHERE id > \(cursor?.rawValue ?? 0) ORDER BY id LIMIT \(max(1, rows))) p
            LEFT JOIN submissions s
                ON s.post_id = p.id AND s.texts_purged_at IS NULL AND p.waits_for = 'nothing'
            ORDER BY p.id
            """
        ).decoded { row in
            (
                post: FinishedPost(
                    id: try row.post("id"), revision: try row.int64("revision"),
                    changedAt: try row.time("changed_at"), hasTexts: try row.bool("has_texts")),
                hasEnded: try row.bool("has_ended")
            )
        }
        return FinishedPage(
            posts: looked.filter(\.hasEnded).map(\.post),
            next: looked.count == max(1, rows) ? looked.last?.post.id : nil)
    }

    package func purge(_ posts: [FinishedPost]) async throws -> Int {
        guard !posts.isEmpty else { return 0 }
        return try await keep(
            """
            SELECT purge_posts(\(posts.map(\.id).numbers)::bigint[], \(posts.map(\.revision))::bigint[]) AS count
            """
        ).decoded { try $0.int("count") }.only
    }

    package func purgeTexts(of ids: [PostID]) async throws -> Int {
        guard !ids.isEmpty else { return 0 }
        // Whoever asked for it is told that it is done: so it is on the disk.
        let results = try await keep([
            "SET LOCAL synchronous_commit = on",
            "SELECT purge_texts(\(ids.numbers)::bigint[]) AS count",
        ])
        return try results.decoded(1) { try $0.int("count") }.only
    }

    package func purged(_ ids: [PostID]) async throws -> [PostID: Timestamp] {
        let sql: SQL = """
            SELECT post_id, micros_of(purged_at) AS purged_at FROM purged_posts
            WHERE post_id = ANY(\(ids.numbers)::bigint[])
            """
        let rows = try await read(sql) { (try $0.post("post_id"), try $0.time("purged_at")) }
        return Dictionary(uniqueKeysWithValues: rows)
    }

    package func trimLogs(_ limits: LogLimits, slice: Int) async throws -> Int {
        let ledger = try Stored.time(limits.ledger) as Int64
        let webhooks = try Stored.time(limits.webhooks) as Int64
        let slice = max(1, slice)
        let statements: [SQL] = [
            """
            DELETE FROM costs WHERE id IN (
                SELECT id FROM costs WHERE created_at < time_of(\(ledger)) ORDER BY created_at LIMIT \(slice))
            """,
            // In what follows the oldest stand first.
            """
            DELETE FROM operations WHERE ended_at < time_of(\(ledger))
                AND id IN (SELECT id FROM operations ORDER BY id LIMIT \(slice))
            """,
            """
            DELETE FROM audit WHERE at < time_of(\(ledger)) AND id IN (SELECT id FROM audit ORDER BY id LIMIT \(slice))
            """,
            """
            DELETE FROM purged_posts WHERE post_id IN (
                SELECT post_id FROM purged_posts WHERE purged_at < time_of(\(ledger)) LIMIT \(slice))
            """,
            """
            DELETE FROM webhook_deliveries WHERE (subscription_id, post_id, revision) IN (
                SELECT subscription_id, post_id, revision FROM webhook_deliveries
                WHERE state <> 'pending' AND ended_at < time_of(\(webhooks)) ORDER BY ended_at LIMIT \(slice))
            """,
            // Those of subscriptions that are gone, which are found from one subscription to the next.
            """
            WITH RECURSIVE ids AS (
                (SELECT subscription_id AS id FROM webhook_deliveries ORDER BY 1 LIMIT 1)
                UNION ALL
                SELECT (
                    SELECT d.subscription_id FROM webhook_deliveries d WHERE d.subscription_id > ids.id
                    ORDER BY 1 LIMIT 1)
                FROM ids WHERE ids.id IS NOT NULL
            )
            DELETE FROM webhook_deliveries w USING (
                SELECT d.subscription_id, d.post_id, d.revision
                FROM ids JOIN webhook_deliveries d ON d.subscription_id = ids.id
                WHERE NOT EXISTS (SELECT FROM subscriptions s WHERE s.id = ids.id) LIMIT \(slice)) gone
            WHERE w.subscription_id = gone.subscription_id AND w.post_id = gone.post_id AND w.revision = gone.revision
            """,
        ]
        _ = try await keep("DELETE FROM nodes WHERE heard_at < statement_timestamp() - '7 days'::interval")
        return try await keep(statements).reduce(0) { $0 + $1.affected }
    }

    // MARK: - Statements

    func keep(_ sql: SQL) async throws -> Rows {
        do { return try await Task { [keeper] in try await keeper.query(sql) }.value } catch { throw StoreError(error) }
    }

    func keep(_ statements: [SQL]) async throws -> [Rows] {
        do {
            return try await Task { [keeper] in try await keeper.transaction(statements) }.value
        } catch {
            throw StoreError(error)
        }
    }
}
