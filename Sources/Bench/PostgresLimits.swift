import Postgres

/// Measures the limits on Postgres, in tables of their own.
struct PostgresLimits: Sendable {
    let url: String
    let sizes: RowSizes
    private let state: String
    private let history: String

    init(url: String, sizes: RowSizes) {
        self.url = url
        self.sizes = sizes
        state = RowSizes.filler(sizes.state)
        history = RowSizes.filler(sizes.history)
    }

    /// A whole transaction goes out in one flush here, so the single limit is better than five round trips would be.
    func measure() async throws -> MachineLimits {
        let connections = (0..<2).map { _ in
            PostgresConnection(
                url: url, applicationName: "rejoinder bench limits",
                sessionSettings: [("statement_timeout", "0"), ("plan_cache_mode", "force_generic_plan")],
                answerLimit: .seconds(300))
        }
        do {
            try await fill(connections[0])
            let single = try await single(connections[0])
            try await fill(connections[0])
            let batch = try await batches(connections)
            try await connections[0].script("DROP TABLE limit_posts, limit_history, limit_inputs")
            for connection in connections { await connection.close() }
            return MachineLimits(singlePerSecond: single, batchPerSecond: batch)
        } catch {
            for connection in connections { await connection.close() }
            throw error
        }
    }

    private func fill(_ connection: PostgresConnection) async throws {
        let input = RowSizes.filler(sizes.input)
        try await connection.script(
            """
            DROP TABLE IF EXISTS limit_posts, limit_history, limit_inputs;
            CREATE TABLE limit_posts (id bigint PRIMARY KEY, revision bigint NOT NULL, state json NOT NULL)
                WITH (fillfactor = 50);
            CREATE TABLE limit_history (
                post_id bigint NOT NULL, revision bigint NOT NULL, at timestamptz NOT NULL, data json NOT NULL,
                PRIMARY KEY (post_id, revision));
            CREATE TABLE limit_inputs (id bigint PRIMARY KEY, data json NOT NULL);
            INSERT INTO limit_posts SELECT n, 0, '\(state)' FROM generate_series(1, \(MachineLimits.posts)) n;
            INSERT INTO limit_inputs SELECT n, '\(input)' FROM generate_series(1, \(MachineLimits.inputs)) n;
            """)
        for table in ["limit_posts", "limit_history", "limit_inputs"] {
            _ = try await connection.query("ANALYZE \(raw: table)")
        }
        // One that the load brought about would otherwise fall into the measurement. Not everybody may ask for it.
        _ = try? await connection.query("CHECKPOINT")
    }

    private func single(_ connection: PostgresConnection) async throws -> Double {
        let began = ContinuousClock.now
        var count = 0
        while count < MachineLimits.inputs, ContinuousClock.now - began < MachineLimits.time {
            let post = Int64(count * 7919 % MachineLimits.posts + 1)
            let revision = Int64(count / MachineLimits.posts + 1)
            _ = try await connection.transaction([
                "UPDATE limit_posts SET revision = revision + 1, state = \(state)::json WHERE id = \(post)",
                "INSERT INTO limit_history VALUES (\(post), \(revision), clock_timestamp(), \(history)::json)",
                "DELETE FROM limit_inputs WHERE id = \(Int64(count + 1))",
            ])
            count += 1
        }
        return MachineLimits.rate(count, since: began)
    }

    private func batches(_ connections: [PostgresConnection]) async throws -> Double {
        let began = ContinuousClock.now
        let count = try await withThrowingTaskGroup(of: Int.self) { group in
            for (lane, connection) in connections.enumerated() {
                group.addTask { try await batches(connection, lane: lane, of: connections.count, since: began) }
            }
            return try await group.reduce(0, +)
        }
        return MachineLimits.rate(count, since: began)
    }

    private func batches(
        _ connection: PostgresConnection, lane: Int, of lanes: Int, since began: ContinuousClock.Instant
    ) async throws -> Int {
        var round = 0
        let rounds = MachineLimits.inputs / lanes / MachineLimits.batch
        while round < rounds, ContinuousClock.now - began < MachineLimits.time {
            let posts = MachineLimits.scattered(round, lane: lane, lanes: lanes)
            let first = Int64(((round * lanes) + lane) * MachineLimits.batch + 1)
            let inputs = Array(first..<first + Int64(MachineLimits.batch))
            _ = try await connection.transaction([
                """
                UPDATE limit_posts p SET revision = p.revision + 1, state = \(state)::json
                FROM unnest(\(posts)::bigint[]) AS x(id) WHERE p.id = x.id
                """,
                """
                INSERT INTO limit_history SELECT x.id, \(Int64(round + 1)), clock_timestamp(), \(history)::json
                FROM unnest(\(posts)::bigint[]) AS x(id)
                """,
                "DELETE FROM limit_inputs WHERE id = ANY(\(inputs)::bigint[])",
            ])
            round += 1
        }
        return round * MachineLimits.batch
    }
}
