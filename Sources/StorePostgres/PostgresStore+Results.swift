import JSONValue
import Postgres
import Store

extension PostgresStore {
    package func results(_ id: PostID) async throws -> [ResultRow] {
        let sql: SQL = """
            SELECT r.post_id, r.stage, r.result, r.hash, r.attempt, micros_of(r.created_at) AS created_at
            FROM queue_results r WHERE r.post_id = \(id.rawValue) ORDER BY r.id
            """
        return try await read(sql) { try ResultRow($0) }
    }
}

extension ResultRow {
    init(_ row: Row) throws {
        self.init(
            post: try row.post("post_id"), stage: try row.string("stage"),
            result: try row.optionalJSON("result") ?? .null, hash: try row.string("hash"),
            attempt: try row.string("attempt"), createdAt: try row.time("created_at"))
    }
}

extension BatchParts {
    func results() throws -> SQL? {
        let parts = all(\.results)
        guard !parts.isEmpty else { return nil }
        let rows = parts.map(\.value)
        return """
            INSERT INTO queue_results (post_id, stage, result, hash, attempt, created_at)
            SELECT x.post_id, x.stage, x.result::json, x.hash, x.attempt, (SELECT commit_at())
            FROM unnest(
                \(ints: parts.map(\.place)), \(bigints: parts.map(\.post)), \(texts: rows.map(\.stage)),
                \(utf8: try rows.map { try Stored.bytes($0.result) }), \(texts: rows.map(\.hash)),
                \(texts: rows.map(\.attempt))
            ) WITH ORDINALITY AS x(n, post_id, stage, result, hash, attempt, position)
            WHERE ((SELECT commit_wins()))[x.n] ORDER BY x.position
            """
    }

    var costs: SQL? {
        let parts = all(\.costs)
        guard !parts.isEmpty else { return nil }
        let rows = parts.map(\.value)
        return """
            INSERT INTO costs (
                post_id, stage, attempt, endpoint, model, input_tokens, output_tokens, microdollars, created_at)
            SELECT x.post_id, x.stage, x.attempt, x.endpoint, x.model, x.input_tokens, x.output_tokens, x.microdollars,
                (SELECT commit_at())
            FROM unnest(
                \(ints: parts.map(\.place)), \(bigints: parts.map(\.post)), \(texts: rows.map(\.stage)),
                \(texts: rows.map(\.attempt)), \(texts: rows.map(\.endpoint)), \(texts: rows.map(\.model)),
                \(bigints: rows.map(\.inputTokens)), \(bigints: rows.map(\.outputTokens)),
                \(bigints: rows.map(\.microdollars))
            ) AS x(n, post_id, stage, attempt, endpoint, model, input_tokens, output_tokens, microdollars)
            WHERE ((SELECT commit_wins()))[x.n]
            """
    }
}
