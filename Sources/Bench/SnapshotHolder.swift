import Postgres

/// A session that keeps a snapshot open: nothing that was alive when it began can be removed.
struct SnapshotHolder: Sendable {
    private static let name = "rejoinder bench holder"

    private let holder: PostgresConnection
    private let beside: PostgresConnection
    private let length: Duration

    /// Holds for a time at most, should nobody end it.
    init(_ url: String, for length: Duration) {
        self.length = length
        holder = PostgresConnection(
            url: url, applicationName: Self.name, sessionSettings: [("statement_timeout", "0")],
            answerLimit: length + .seconds(60))
        beside = PostgresConnection(url: url, applicationName: "rejoinder bench")
    }

    /// Returns once the snapshot is held.
    func begin() async throws {
        let holder = holder
        let seconds = length / .seconds(1)
        // A statement that sleeps keeps its snapshot; it ends with its session.
        Task { _ = try? await holder.query("SELECT txid_current(), pg_sleep(\(seconds))") }
        for _ in 0..<200 {
            if try await self.seconds() > 0 { return }
            // Another session takes it: the server can only be asked.
            try await Task.sleep(for: .milliseconds(50))
        }
        throw BenchError("the server does not hold a snapshot open")
    }

    /// For how long the snapshot has been held; 0 when there is none.
    func seconds() async throws -> Double {
        let rows = try await beside.query(
            """
            SELECT coalesce(max(extract(epoch FROM clock_timestamp() - xact_start)), 0)::float8 AS seconds
            FROM pg_stat_activity WHERE application_name = \(Self.name) AND backend_xmin IS NOT NULL
            """)
        return try rows.first?.double("seconds") ?? 0
    }

    func end() async {
        _ = try? await beside.query(
            """
            SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
            WHERE application_name = \(Self.name)
            """)
        await holder.close()
        await beside.close()
    }
}
