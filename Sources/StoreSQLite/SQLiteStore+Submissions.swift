import GRDB
import JSONValue
import Store

extension SQLiteStore {
    package func submission(_ id: PostID) async throws -> Submission? { try await submissions([id]).first }

    package func submissions(_ ids: [PostID]) async throws -> [Submission] {
        try await read { db in try db.submissions(ids) }
    }
}

extension Database {
    func submissions(_ ids: [PostID]) throws -> [Submission] {
        let sql = """
            SELECT post_id, source, community, author, title, body, url, permalink, created_at, score, comment_count, extra
            FROM submissions WHERE post_id IN (SELECT value FROM json_each(?))
            """
        return try rows(sql, [ids.list]) { try Submission(&$0) }
    }
}

extension Transaction {
    func insert(_ submission: Submission, post: PostID) throws {
        let sql = """
            INSERT INTO submissions (
                post_id, source, community, author, title, body, url, permalink, created_at, score, comment_count, extra)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """
        try db.run(
            sql,
            [
                post.rawValue, submission.source, submission.community, submission.author, submission.title,
                submission.body, submission.url, submission.permalink, submission.createdAt.microseconds,
                submission.score, submission.commentCount, try Stored.object(submission.extra),
            ])
    }
}

extension Submission {
    fileprivate init(_ columns: inout Columns) throws {
        self.init(
            id: try columns.post(), source: try columns.text(), community: try columns.text(),
            author: try columns.optionalText(), title: try columns.text(), body: try columns.text(),
            url: try columns.text(), permalink: try columns.text(), createdAt: try columns.time(),
            score: try columns.int(), commentCount: try columns.int(), extra: try columns.object())
    }
}
