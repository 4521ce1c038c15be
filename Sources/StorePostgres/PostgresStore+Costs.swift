import Postgres
import Store

extension PostgresStore {
    package func costs(_ query: CostQuery) async throws -> [CostSum] {
        let isByDay = query.group == .day
        let sql: SQL = """
            SELECT \(raw: Self.name(of: query.group)) AS name, count(*) AS attempts,
                sum(input_tokens)::bigint AS input_tokens, sum(output_tokens)::bigint AS output_tokens,
                sum(microdollars)::bigint AS microdollars
            FROM costs
            WHERE created_at >= time_of(\(query.since.microseconds)) AND created_at < time_of(\(query.until.microseconds))
                AND (\(query.post?.rawValue)::bigint IS NULL OR post_id = \(query.post?.rawValue)::bigint)
            GROUP BY 1 ORDER BY \(raw: isByDay ? "1" : "5 DESC, 1") LIMIT \(max(0, query.limit))
            """
        return try await read(sql) { row in
            CostSum(
                name: try row.string("name"), attempts: try row.int("attempts"),
                inputTokens: try row.int64("input_tokens"), outputTokens: try row.int64("output_tokens"),
                microdollars: try row.int64("microdollars"))
        }
    }

    private static func name(of group: CostQuery.Group) -> String {
        switch group {
        case .day: "to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD') COLLATE \"C\""
        case .endpoint: "endpoint"
        case .stage: "stage"
        case .model: "model COLLATE \"C\""
        case .post: "post_id::text COLLATE \"C\""
        }
    }
}
