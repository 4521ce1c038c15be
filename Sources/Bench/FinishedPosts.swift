import JSONValue
import Postgres
import Store
import StorePostgres

/// Posts that ended 100 days ago: one is written as the engine writes, the others are its copies.
struct FinishedPosts: Sendable {
    let store: PostgresStore
    let url: String

    /// Rows of one post in all tables.
    static let rows = 2 + transitions + jobs * 2 + 1
    private static let transitions = 12
    private static let jobs = 4
    /// Before all copies.
    private static let model: Int64 = 1_000
    private static let tables = [
        "posts", "submissions", "jobs", "queue_results", "comments", "costs", "transitions",
    ]

    func make(_ count: Int, progress: @Sendable (String) -> Void) async throws {
        try await writeModel()
        let connection = PostgresConnection(
            url: url, applicationName: "rejoinder bench", sessionSettings: [("statement_timeout", "0")],
            answerLimit: .seconds(3600))
        do {
            try await copy(count, on: connection, progress: progress)
            await connection.close()
        } catch {
            await connection.close()
            throw error
        }
    }

    private func copy(_ count: Int, on connection: PostgresConnection, progress: @Sendable (String) -> Void)
        async throws
    {
        for table in ["transitions", "deliveries"] {
            _ = try await connection.query(
                """
                SELECT add_partition('\(raw: table)', date_trunc('day', clock_timestamp()) - '102 days'::interval,
                    date_trunc('day', clock_timestamp()) - '97 days'::interval)
                """)
        }
        for table in Self.tables {
            let (names, values) = try await columns(of: table, on: connection)
            let key = table == "posts" ? "id" : "post_id"
            for first in stride(from: 1, to: count, by: 100_000) {
                let last = min(first + 99_999, count - 1)
                _ = try await connection.query(
                    """
                    INSERT INTO \(raw: table) (\(raw: names)) SELECT \(raw: values)
                    FROM generate_series(\(raw: "\(first)"), \(raw: "\(last)")) AS g(n), \(raw: table) t
                    WHERE t.\(raw: key) = \(raw: "\(Self.model)")
                    """)
            }
            // The model itself ended as long ago.
            let times = try await connection.query(Self.times(of: table)).map { try $0.string("name") }
            let changes = times.map { "\($0) = \($0) - '100 days'::interval" }.joined(separator: ", ")
            if !changes.isEmpty {
                _ = try await connection.query(
                    "UPDATE \(raw: table) SET \(raw: changes) WHERE \(raw: key) = \(raw: "\(Self.model)")")
            }
            progress("  \(table) filled")
        }
        _ = try await connection.query("CHECKPOINT")
        for table in Self.tables { _ = try await connection.query("ANALYZE \(raw: table)") }
    }

    /// The columns of a table, and what a copy has in them: another post, 100 days earlier.
    private func columns(of table: String, on connection: PostgresConnection) async throws -> (String, String) {
        let rows = try await connection.query(
            """
            SELECT attname::text AS name, atttypid = 'timestamptz'::regtype AS is_time FROM pg_attribute
            WHERE attrelid = to_regclass(\(table)) AND attnum > 0 AND NOT attisdropped AND attidentity = ''
                AND attgenerated = ''
            ORDER BY attnum
            """)
        let pairs = try rows.map { row -> (String, String) in
            let name = try row.string("name")
            if name == "post_id" || (table == "posts" && name == "id") {
                return (name, "t.\(name) + g.n * 3")
            }
            return (name, try row.bool("is_time") ? "t.\(name) - '100 days'::interval" : "t.\(name)")
        }
        return (pairs.map(\.0).joined(separator: ", "), pairs.map(\.1).joined(separator: ", "))
    }

    private static func times(of table: String) -> SQL {
        """
        SELECT attname::text AS name FROM pg_attribute
        WHERE attrelid = to_regclass(\(table)) AND attnum > 0 AND NOT attisdropped
            AND atttypid = 'timestamptz'::regtype
        """
    }

    // MARK: - The model

    private func writeModel() async throws {
        let post = PostID(Self.model)
        let made = MadeUpPosts(now: try await store.now()).post(0)
        var submission = made.submission
        submission.id = post
        var state = PostState(
            chart: String(repeating: "c", count: 64), configuration: ["settled"],
            context: ["retries": 0, "claims": 2, "sha256": .string(String(repeating: "f", count: 64))],
            memory: ["machine": ["history": [:], "timers": [:]], "jobs": [:]], priority: 500, stage: "published",
            status: "settled", waitsFor: .nothing)
        state.metadata = ["verdict": "contradicted"]
        var write = PostWrite(
            post: post, expectedRevision: 0, submission: submission, state: state,
            transitions: (1...Self.transitions).map { transition($0, post, state.chart) })
        let text = String(repeating: "The plaque says 1932, and so do the minutes of the council. ", count: 20)
        for number in 1...Self.jobs {
            let stage = ["triage", "research", "response", "editorial"][number - 1]
            let attempt = "\(post)-\(number)/1"
            write.results.append(
                ResultRow(
                    post: post, stage: stage, result: ["text": .string(text)], hash: String(repeating: "b", count: 64),
                    attempt: attempt))
            write.costs.append(
                CostRow(
                    post: post, stage: stage, attempt: attempt, endpoint: "one", model: "m", inputTokens: 900,
                    outputTokens: 200, microdollars: 700))
        }
        write.comments = [
            CommentRow(
                account: "bot", post: post, state: .posted, attempt: "\(post)-5/1", mark: "mark",
                bodyHash: String(repeating: "d", count: 64), commentID: "t1_abc", detail: ["attempts": 1])
        ]
        _ = try await store.commit(Batch(id: "model", writes: [write]))
    }

    private func transition(_ revision: Int, _ post: PostID, _ chart: String) -> TransitionRow {
        TransitionRow(
            post: post, revision: Int64(revision), event: "done.invoke.research",
            data: ["attempt": 1, "facts": ["outcome": "reply_worthy", "confidence": 0.9, "claims": 2]],
            origin: "job:\(revision)!", actor: "endpoint:one", from: ["research.working.processing"],
            to: ["response.working.pending"],
            guards: [["state": "research.working", "guard": "event.facts.outcome == 'reply_worthy'", "result": true]],
            effects: [["job": 3, "source": "response"]], now: Timestamp(microseconds: 1_800_000_000_000_000),
            chart: chart, settingsDigest: String(repeating: "e", count: 64), durationMicroseconds: 40)
    }
}
