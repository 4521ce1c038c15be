import JSONValue
import Postgres
import Store

extension PostgresStore {
    package func records(_ ids: [PostID]) async throws -> [PostRecord] {
        guard !ids.isEmpty else { return [] }
        let numbers = ids.numbers
        let results = try await keep([
            "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY",
            """
            SELECT \(raw: PostRow.columns), micros_of(p.changed_at) AS changed_at FROM posts p
            WHERE p.id = ANY(\(numbers)::bigint[]) ORDER BY p.id
            """,
            Self.submissionsQuery(ids),
            """
            SELECT \(raw: TransitionRow.columns) FROM history t
            WHERE t.post_id = ANY(\(numbers)::bigint[]) ORDER BY t.post_id, t.revision
            """,
            """
            SELECT r.post_id, r.stage, r.result, r.hash, r.attempt, micros_of(r.created_at) AS created_at
            FROM queue_results r WHERE r.post_id = ANY(\(numbers)::bigint[]) ORDER BY r.post_id, r.id
            """,
            Self.commentsQuery(of: ids),
            """
            SELECT post_id, stage, attempt, endpoint, model, input_tokens, output_tokens, microdollars
            FROM costs WHERE post_id = ANY(\(numbers)::bigint[]) ORDER BY post_id, id
            """,
        ])
        let submissions = Dictionary(grouping: try results.decoded(2) { try Submission($0) }, by: \.id)
        let transitions = Dictionary(grouping: try results.decoded(3) { try TransitionRow($0) }, by: \.post)
        let outcomes = Dictionary(grouping: try results.decoded(4) { try ResultRow($0) }, by: \.post)
        let comments = Dictionary(grouping: try results.decoded(5) { try CommentRow($0) }, by: \.post)
        let costs = Dictionary(grouping: try results.decoded(6) { try CostRow($0) }, by: \.post)
        return try results.decoded(1) { row in
            let post = try PostRow(row)
            return PostRecord(
                row: post, changedAt: try row.time("changed_at"), submission: submissions[post.id]?.first,
                transitions: transitions[post.id] ?? [], results: outcomes[post.id] ?? [],
                comments: comments[post.id] ?? [], costs: costs[post.id] ?? [])
        }
    }
}

extension CostRow {
    fileprivate init(_ row: Row) throws {
        self.init(
            post: try row.post("post_id"), stage: try row.string("stage"), attempt: try row.string("attempt"),
            endpoint: try row.string("endpoint"), model: try row.string("model"),
            inputTokens: try row.int("input_tokens"), outputTokens: try row.int("output_tokens"),
            microdollars: try row.int64("microdollars"))
    }
}
