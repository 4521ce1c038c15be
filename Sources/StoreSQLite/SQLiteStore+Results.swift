import GRDB
import JSONValue
import Store

extension SQLiteStore {
    package func results(_ id: PostID) async throws -> [ResultRow] {
        let sql = """
            SELECT post_id, stage, result, hash, attempt, created_at FROM queue_results WHERE post_id = ? ORDER BY id
            """
        return try await read { db in
            try db.rows(sql, [id.rawValue]) { columns in
                ResultRow(
                    post: try columns.post(), stage: try columns.text(), result: try columns.optionalJSON() ?? .null,
                    hash: try columns.text(), attempt: try columns.text(), createdAt: try columns.time())
            }
        }
    }
}

extension Transaction {
    func insert(_ result: ResultRow, post: PostID) throws {
        let sql = """
            INSERT INTO queue_results (post_id, stage, result, hash, attempt, created_at) VALUES (?, ?, ?, ?, ?, ?)
            """
        let json = try Stored.json(result.result)
        try db.run(sql, [post.rawValue, result.stage, json, result.hash, result.attempt, now])
    }

    func insert(_ cost: CostRow, post: PostID) throws {
        let sql = """
            INSERT INTO costs (
                post_id, stage, attempt, endpoint, model, input_tokens, output_tokens, microdollars, created_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """
        try db.run(
            sql,
            [
                post.rawValue, cost.stage, cost.attempt, cost.endpoint, cost.model, cost.inputTokens,
                cost.outputTokens, cost.microdollars, now,
            ])
    }
}
