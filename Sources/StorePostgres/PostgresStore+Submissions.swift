import JSONValue
import Postgres
import Store

extension PostgresStore {
    package func submission(_ id: PostID) async throws -> Submission? { try await submissions([id]).first }

    package func submissions(_ ids: [PostID]) async throws -> [Submission] {
        try await read(Self.submissionsQuery(ids), from: seekers) { try Submission($0) }
    }

    static func submissionsQuery(_ ids: [PostID]) -> SQL {
        """
        SELECT s.post_id, s.source, s.community, s.author, s.title, s.body, s.url, s.permalink,
            micros_of(s.created_at) AS created_at, s.score, s.comment_count, s.extra
        FROM submissions s WHERE s.post_id = ANY(\(bigints: ids.numbers))
        """
    }
}

extension BatchParts {
    func submissions() throws -> SQL? {
        let parts = all { [$0.submission].compactMap(\.self) }
        guard !parts.isEmpty else { return nil }
        let rows = parts.map(\.value)
        return """
            INSERT INTO submissions (
                post_id, source, community, author, title, body, url, permalink, created_at, score, comment_count,
                extra)
            SELECT x.post_id, x.source, x.community, x.author, x.title, x.body, x.url, x.permalink,
                time_of(x.created_at), x.score, x.comment_count, x.extra::json
            FROM unnest(
                \(ints: parts.map(\.place)), \(bigints: parts.map(\.post)), \(texts: rows.map(\.source)),
                \(texts: rows.map(\.community)), \(texts: rows.map(\.author)), \(texts: rows.map(\.title)),
                \(texts: rows.map(\.body)), \(texts: rows.map(\.url)), \(texts: rows.map(\.permalink)),
                \(bigints: try rows.map { try Stored.time($0.createdAt) as Int64 }),
                \(bigints: rows.map(\.score)), \(bigints: rows.map(\.commentCount)),
                \(utf8: try rows.map { try Stored.bytes(.object($0.extra)) })
            ) AS x(
                n, post_id, source, community, author, title, body, url, permalink, created_at, score, comment_count,
                extra)
            WHERE ((SELECT commit_wins()))[x.n]
            """
    }
}

extension Submission {
    init(_ row: Row) throws {
        self.init(
            id: try row.post("post_id"), source: try row.string("source"), community: try row.string("community"),
            author: try row.optionalString("author"), title: try row.string("title"), body: try row.string("body"),
            url: try row.string("url"), permalink: try row.string("permalink"),
            createdAt: try row.time("created_at"), score: try row.int("score"),
            commentCount: try row.int("comment_count"), extra: try row.object("extra"))
    }
}
