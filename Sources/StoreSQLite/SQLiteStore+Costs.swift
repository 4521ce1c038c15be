import Store

extension SQLiteStore {
    package func costs(_ query: CostQuery) async throws -> [CostSum] {
        let sql = """
            SELECT \(Self.name(of: query.group)) AS name, count(*), sum(input_tokens), sum(output_tokens), sum(microdollars)
            FROM costs WHERE created_at >= ? AND created_at < ? AND (? IS NULL OR post_id = ?)
            GROUP BY 1 ORDER BY \(query.group == .day ? "1" : "5 DESC, 1") LIMIT ?
            """
        return try await read { db in
            try db.rows(
                sql,
                [
                    query.since.microseconds, query.until.microseconds, query.post?.rawValue, query.post?.rawValue,
                    max(0, query.limit),
                ]
            ) { row in
                CostSum(
                    name: try row.text(), attempts: Int(try row.int64()), inputTokens: try row.int64(),
                    outputTokens: try row.int64(), microdollars: try row.int64())
            }
        }
    }

    private static func name(of group: CostQuery.Group) -> String {
        switch group {
        case .day: "date(created_at / 1000000, 'unixepoch')"
        case .endpoint: "endpoint"
        case .stage: "stage"
        case .model: "model"
        case .post: "CAST(post_id AS TEXT)"
        }
    }
}
