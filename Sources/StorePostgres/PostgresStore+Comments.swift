import JSONValue
import Postgres
import Store

extension PostgresStore {
    package func comments(of post: PostID) async throws -> [CommentRow] {
        try await read(Self.commentsQuery(of: [post])) { try CommentRow($0) }
    }

    static func commentsQuery(of posts: [PostID]) -> SQL {
        """
        SELECT c.account, c.post_id, c.state, c.attempt, c.mark, c.body_hash, c.comment_id, c.detail,
            micros_of(c.updated_at) AS updated_at
        FROM comments c WHERE c.post_id = ANY(\(bigints: posts.numbers)) ORDER BY c.id
        """
    }
}

extension BatchParts {
    /// Changes the live row of each account and post, or begins one.
    func comments() throws -> [SQL] {
        try rounds(\.comments, key: \.account).map { parts in
            let rows = parts.map(\.value)
            // Not an upsert: the index of live rows does not see a row that is written as failed or cancelled.
            return """
                WITH x AS MATERIALIZED (
                    SELECT u.*, (SELECT commit_at()) AS at
                    FROM unnest(
                        \(ints: parts.map(\.place)), \(bigints: parts.map(\.post)), \(texts: rows.map(\.account)),
                        \(texts: rows.map(\.state.rawValue)), \(texts: rows.map(\.attempt)),
                        \(texts: rows.map(\.mark)), \(texts: rows.map(\.bodyHash)), \(texts: rows.map(\.commentID)),
                        \(utf8: try rows.map { try Stored.bytes(.object($0.detail)) })
                    ) AS u(n, post_id, account, state, attempt, mark, body_hash, comment_id, detail)
                    WHERE ((SELECT commit_wins()))[u.n]
                ), changed AS (
                    UPDATE comments c SET
                        state = x.state, attempt = x.attempt, mark = x.mark, body_hash = x.body_hash,
                        comment_id = x.comment_id,
                        detail = coalesce(nullif(x.detail, '{}'), c.detail::text)::json, updated_at = x.at
                    FROM x
                    WHERE c.post_id = x.post_id AND c.account = x.account AND c.state NOT IN ('failed', 'cancelled')
                    RETURNING x.n, x.account
                )
                INSERT INTO comments (
                    account, post_id, state, attempt, mark, body_hash, comment_id, detail, updated_at)
                SELECT x.account, x.post_id, x.state, x.attempt, x.mark, x.body_hash, x.comment_id, x.detail::json, x.at
                FROM x
                WHERE NOT EXISTS (SELECT FROM changed WHERE changed.n = x.n AND changed.account = x.account)
                ORDER BY x.n
                """
        }
    }
}

extension CommentRow {
    init(_ row: Row) throws {
        self.init(
            account: try row.string("account"), post: try row.post("post_id"),
            state: try row.value("state", CommentRow.State.self), attempt: try row.string("attempt"),
            mark: try row.string("mark"), bodyHash: try row.string("body_hash"),
            commentID: try row.optionalString("comment_id"), detail: try row.object("detail"),
            updatedAt: try row.time("updated_at"))
    }
}
