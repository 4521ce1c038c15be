import JSONValue
import Postgres
import Store

extension PostgresStore {
    package func posts(chart: String, after cursor: PostID?, limit: Int) async throws -> [PostRow] {
        try await read(
            """
            SELECT \(raw: PostRow.columns) FROM posts p
            WHERE p.id > \(cursor?.rawValue ?? .min) AND p.chart = \(chart) ORDER BY p.id LIMIT \(max(0, limit))
            """
        ) { row in
            try PostRow(row)
        }
    }

    package func listPosts(_ filter: PostFilter, after cursor: PostID?, limit: Int) async throws -> [PostSummary] {
        let sql: SQL = """
            SELECT \(raw: PostRow.columns), coalesce(s.community, '') AS community, coalesce(s.title, '') AS title,
                micros_of(coalesce(s.created_at, p.changed_at)) AS created_at, micros_of(p.changed_at) AS changed_at
            FROM posts p LEFT JOIN submissions s ON s.post_id = p.id
            WHERE p.id < \(cursor?.rawValue ?? .max) AND \(matching: filter)
            ORDER BY p.id DESC LIMIT \(max(0, limit))
            """
        return try await read(sql) { row in
            PostSummary(
                row: try PostRow(row), community: try row.string("community"), title: try row.string("title"),
                createdAt: try row.time("created_at"), changedAt: try row.time("changed_at"))
        }
    }

    package func post(_ id: PostID) async throws -> PostDetail? {
        let results = try await readTogether([
            """
            SELECT \(raw: PostRow.columns), micros_of(p.changed_at) AS changed_at FROM posts p
            WHERE p.id = \(id.rawValue)
            """,
            Self.submissionsQuery([id]), Self.jobsQuery(of: id), Self.timersQuery(of: id), Self.commentsQuery(of: [id]),
            """
            SELECT count(*) AS pending, micros_of(statement_timestamp()) AS at FROM inbox WHERE post_id = \(id.rawValue)
            """,
        ])
        guard let (row, changedAt) = try results.decoded(0, { (try PostRow($0), try $0.time("changed_at")) }).first
        else { return nil }
        let last = try results.decoded(5) { (pending: try $0.int("pending"), at: try $0.time("at")) }.only
        return PostDetail(
            row: row, submission: try results.decoded(1) { try Submission($0) }.first,
            jobs: try results.decoded(2) { try JobRow($0) }, timers: try results.decoded(3) { try TimerRow($0) },
            comments: try results.decoded(4) { try CommentRow($0) }, pendingEvents: last.pending,
            changedAt: changedAt, at: last.at)
    }

    package func queueCounts() async throws -> [QueueCount] {
        let sql: SQL = """
            SELECT p.queue_stage, p.queue_status, count(*) AS count, micros_of(min(p.changed_at)) AS oldest FROM posts p
            GROUP BY p.queue_stage, p.queue_status ORDER BY p.queue_stage, p.queue_status
            """
        return try await read(sql) { row in
            QueueCount(
                stage: try row.string("queue_stage"), status: try row.string("queue_status"),
                count: try row.int("count"), oldest: try row.optionalTime("oldest"))
        }
    }

    package func stuckPosts(limit: Int) async throws -> [StuckPost] {
        let sql: SQL = """
            SELECT s.post_id, s.reason, micros_of(s.since) AS since FROM stuck_posts s
            ORDER BY s.since, s.post_id LIMIT \(max(0, limit))
            """
        return try await read(sql) { row in
            StuckPost(post: try row.post("post_id"), reason: try row.string("reason"), since: try row.time("since"))
        }
    }
}

extension SQL.StringInterpolation {
    /// The condition over `posts p` and (outer joined) `submissions s`: one text whatever is asked for, in which what
    /// is not asked for falls away when the statement is planned.
    mutating func appendInterpolation(matching filter: PostFilter) {
        let texts = [
            ("p.queue_stage =", filter.stage), ("p.queue_status =", filter.status), ("s.community =", filter.community),
            ("p.waits_for =", filter.waitsFor?.rawValue), ("p.chart =", filter.chart),
        ]
        for (test, text) in texts {
            appendLiteral("(")
            appendInterpolation(text)
            appendLiteral("::text IS NULL OR \(test) ")
            appendInterpolation(text)
            appendLiteral(") AND ")
        }
        appendLiteral("(")
        appendInterpolation(filter.isHeld)
        appendLiteral("::boolean IS NULL OR ((p.metadata -> 'held') IS NOT NULL) = ")
        appendInterpolation(filter.isHeld)
        appendLiteral(") AND (")
        appendInterpolation(filter.text == nil)
        // ICU's rules: under the locale C, lower() would know ASCII only.
        appendLiteral("::boolean OR strpos(lower(s.title COLLATE \"und-x-icu\"), lower(")
        appendInterpolation(filter.text ?? "")
        appendLiteral("::text COLLATE \"und-x-icu\")) > 0) AND (")
        appendInterpolation(filter.ids.isEmpty)
        appendLiteral("::boolean OR p.id = ANY(")
        appendInterpolation(filter.ids.numbers)
        appendLiteral("::bigint[]))")
    }
}
