import GRDB
import JSONValue
import Store

extension SQLiteStore {
    package func results(_ id: PostID) async throws -> [ResultRow] {
        try await read { db in try db.results(id) }
    }
}

extension Database {
    func results(_ id: PostID) throws -> [ResultRow] {
        let sql = """
            SELECT post_id, stage, result, hash, attempt, created_at FROM queue_results WHERE post_id = ? ORDER BY id
            """
        return try rows(sql, [id.rawValue]) { columns in
            ResultRow(
                post: try columns.post(), stage: try columns.text(), result: try columns.optionalJSON() ?? .null,
                hash: try columns.text(), attempt: try columns.text(), createdAt: try columns.time())
        }
    }

    func costs(_ id: PostID) throws -> [CostRow] {
        let sql = """
            SELECT post_id, stage, attempt, endpoint, model, input_tokens, output_tokens, microdollars
            FROM costs WHERE post_id = ? ORDER BY id
            """
        return try rows(sql, [id.rawValue]) { columns in
            CostRow(
                post: try columns.post(), stage: try columns.text(), attempt: try columns.text(),
                endpoint: try columns.text(), model: try columns.text(), inputTokens: try columns.int(),
                outputTokens: try columns.int(), microdollars: try columns.int64())
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
