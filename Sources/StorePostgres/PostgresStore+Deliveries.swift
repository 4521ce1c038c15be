import Postgres
import Store

extension PostgresStore {
    package func record(_ deliveries: [DeliveryRow]) async throws {
        guard !deliveries.isEmpty else { return }
        _ = try await write(
            """
            INSERT INTO deliveries (post_id, number, attempt, delivery_id, body_hash, body, verdict, received_at)
            SELECT x.post_id, x.number, x.attempt, x.delivery_id, x.body_hash, x.body::bytea, x.verdict,
                clock_timestamp()
            FROM unnest(\(columnsOf: deliveries)) AS x(post_id, number, attempt, delivery_id, body_hash, body, verdict)
            """)
    }
}

extension BatchParts {
    var deliveries: SQL? {
        let parts = all(\.deliveries)
        guard !parts.isEmpty else { return nil }
        return """
            INSERT INTO deliveries (post_id, number, attempt, delivery_id, body_hash, body, verdict, received_at)
            SELECT x.post_id, x.number, x.attempt, x.delivery_id, x.body_hash, x.body::bytea, x.verdict,
                (SELECT commit_at())
            FROM unnest(\(columnsOf: parts.map(\.value)), \(ints: parts.map(\.place)))
                AS x(post_id, number, attempt, delivery_id, body_hash, body, verdict, n)
            WHERE ((SELECT commit_wins()))[x.n]
            """
    }
}

extension SQL.StringInterpolation {
    /// The arguments of `unnest`, in the order of the table's columns.
    fileprivate mutating func appendInterpolation(columnsOf rows: [DeliveryRow]) {
        appendInterpolation(rows.map(\.job.post.rawValue))
        appendLiteral("::bigint[], ")
        appendInterpolation(rows.map(\.job.number))
        appendLiteral("::bigint[], ")
        appendInterpolation(rows.map(\.attempt))
        appendLiteral("::bigint[], ")
        for texts in [rows.map(\.deliveryID), rows.map(\.bodyHash)] {
            appendInterpolation(texts)
            appendLiteral("::text[], ")
        }
        // As the text of bytea.
        appendInterpolation(rows.map(\.body))
        appendLiteral("::text[], ")
        appendInterpolation(rows.map(\.verdict.rawValue))
        appendLiteral("::text[]")
    }
}
