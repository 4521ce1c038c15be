import GRDB
import JSONValue
import Store

extension SQLiteStore {
    package func comments(of post: PostID) async throws -> [CommentRow] {
        try await read { db in try db.comments(of: post) }
    }
}

extension Database {
    func comments(of post: PostID) throws -> [CommentRow] {
        let sql = """
            SELECT account, post_id, state, attempt, mark, body_hash, comment_id, detail, updated_at
            FROM comments WHERE post_id = ? ORDER BY id
            """
        return try rows(sql, [post.rawValue]) { columns in
            CommentRow(
                account: try columns.text(), post: try columns.post(), state: try columns.value(CommentRow.State.self),
                attempt: try columns.text(), mark: try columns.text(), bodyHash: try columns.text(),
                commentID: try columns.optionalText(), detail: try columns.object(), updatedAt: try columns.time())
        }
    }
}

extension Transaction {
    /// Changes the live row of the account and post, or begins one.
    func put(_ comment: CommentRow, post: PostID) throws {
        // Not an upsert: the index of live rows does not see a row that is written as failed or cancelled.
        let update = """
            UPDATE comments SET
                state = ?, attempt = ?, mark = ?, body_hash = ?, comment_id = ?,
                detail = coalesce(nullif(?, '{}'), detail), updated_at = ?
            WHERE account = ? AND post_id = ? AND state NOT IN ('failed', 'cancelled')
            """
        let insert = """
            INSERT INTO comments (
                state, attempt, mark, body_hash, comment_id, detail, updated_at, account, post_id)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """
        let values: [Bound] = [
            comment.state.rawValue, comment.attempt, comment.mark, comment.bodyHash, comment.commentID,
            try Stored.object(comment.detail), now, comment.account, post.rawValue,
        ]
        if try db.run(update, values) == 0 { try db.run(insert, values) }
    }
}
