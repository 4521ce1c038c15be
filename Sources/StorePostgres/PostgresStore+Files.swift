import JSONValue
import Postgres
import Store

extension PostgresStore {
    package func files(_ keys: [JobKey]) async throws -> [JobFile] {
        guard !keys.isEmpty else { return [] }
        let posts = Array(Set(keys.map(\.post.rawValue)))
        let queries: [SQL] = [
            "SELECT \(raw: JobRow.columns) FROM jobs j WHERE j.post_id = ANY(\(bigints: posts))",
            Self.submissionsQuery(posts.map { PostID($0) }),
            """
            SELECT r.post_id, r.stage, r.result, r.hash, r.attempt, micros_of(r.created_at) AS created_at
            FROM queue_results r WHERE r.post_id = ANY(\(bigints: posts)) ORDER BY r.post_id, r.id
            """,
        ]
        let results = try await readTogether(queries, from: seekers)
        let submissions = Dictionary(
            try results.decoded(1) { try Submission($0) }.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        let rows = Dictionary(grouping: try results.decoded(2) { try ResultRow($0) }, by: \.post)
        let wanted = Set(keys)
        return try results.decoded(0) { try JobRow($0) }.filter { wanted.contains($0.key) }.map { job in
            JobFile(job: job, submission: submissions[job.key.post], results: rows[job.key.post] ?? [])
        }
    }
}
