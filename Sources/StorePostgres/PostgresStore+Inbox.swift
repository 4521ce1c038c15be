import JSONValue
import Postgres
import Store

extension PostgresStore {
    package func emit(_ events: [InboxEvent]) async throws -> Int {
        guard !events.isEmpty else { return 0 }
        let sql: SQL = """
            INSERT INTO inbox (post_id, event, data, actor, created_at)
            SELECT x.post_id, x.event, x.data::json, x.actor, clock_timestamp()
            FROM unnest(
                \(bigints: events.map(\.post.rawValue)), \(texts: events.map(\.event)),
                \(utf8: try events.map { try Stored.bytes(.object($0.data)) }), \(texts: events.map(\.actor))
            ) WITH ORDINALITY AS x(post_id, event, data, actor, n)
            JOIN posts p ON p.id = x.post_id ORDER BY x.n
            """
        return try await write(sql).affected
    }

    package func emit(
        toAll filter: PostFilter, event: String, data: JSONObject, actor: String, limit: Int, dryRun: Bool
    ) async throws -> Int {
        guard !dryRun else {
            let counted: SQL = """
                SELECT count(*) AS count FROM (
                    SELECT FROM posts p LEFT JOIN submissions s ON s.post_id = p.id
                    WHERE \(matching: filter) LIMIT \(max(0, limit))) m
                """
            return try await read(counted) { try $0.int("count") }.only
        }
        let sql: SQL = """
            INSERT INTO inbox (post_id, event, data, actor, created_at)
            SELECT m.id, \(event), \(try Stored.object(data))::json, \(actor), clock_timestamp()
            FROM (
                SELECT p.id FROM posts p LEFT JOIN submissions s ON s.post_id = p.id
                WHERE \(matching: filter) ORDER BY p.id DESC LIMIT \(max(0, limit))) m
            """
        return try await write(sql).affected
    }

    package func inbox(after id: Int64, limit: Int) async throws -> [InboxEvent] {
        let sql: SQL = """
            SELECT id, post_id, event, data, actor FROM inbox WHERE id > \(id) ORDER BY id LIMIT \(max(0, limit))
            """
        return try await read(sql) { row in
            InboxEvent(
                id: try row.int64("id"), post: try row.post("post_id"), event: try row.string("event"),
                data: try row.object("data"), actor: try row.string("actor"))
        }
    }
}

extension BatchParts {
    /// Events of losers stay, and are taken again.
    var consumed: SQL? {
        let parts = all(\.consumedInbox)
        guard !parts.isEmpty else { return nil }
        return """
            DELETE FROM inbox i
            USING unnest(\(ints: parts.map(\.place)), \(bigints: parts.map(\.value))) AS x(n, id)
            WHERE i.id = x.id AND ((SELECT commit_wins()))[x.n]
            """
    }

    /// Posts that this batch creates are there already.
    func emitted() throws -> SQL? {
        let parts = all(\.emitted)
        guard !parts.isEmpty else { return nil }
        let events = parts.map(\.value)
        return """
            INSERT INTO inbox (post_id, event, data, actor, created_at)
            SELECT x.post_id, x.event, x.data::json, x.actor, (SELECT commit_at())
            FROM unnest(
                \(ints: parts.map(\.place)), \(bigints: events.map(\.post.rawValue)), \(texts: events.map(\.event)),
                \(utf8: try events.map { try Stored.bytes(.object($0.data)) }), \(texts: events.map(\.actor))
            ) WITH ORDINALITY AS x(n, post_id, event, data, actor, position)
            JOIN posts p ON p.id = x.post_id
            WHERE ((SELECT commit_wins()))[x.n] ORDER BY x.position
            """
    }
}
