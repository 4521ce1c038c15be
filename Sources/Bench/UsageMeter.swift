import Postgres

/// What a stretch of a run costs: this process and, where there is one, the Postgres server.
final class UsageMeter: Sendable {
    struct Usage: Sendable {
        var processMicroseconds: Int64
        var databaseMicroseconds: Int64?
        var walBytes: Int64?
    }

    private let beside: PostgresConnection?
    private let processBefore: Int64
    private let serverBefore: ServerUsage?

    /// Begins to measure.
    init(_ database: BenchDatabase) async throws {
        beside =
            database.target.isPostgres
            ? PostgresConnection(url: database.location, applicationName: "rejoinder bench") : nil
        if let beside { serverBefore = try await ServerUsage(beside) } else { serverBefore = nil }
        processBefore = ProcessUsage.cpuMicroseconds
    }

    /// Ends it.
    func finish() async throws -> Usage {
        var usage = Usage(processMicroseconds: ProcessUsage.cpuMicroseconds - processBefore)
        if let beside, let before = serverBefore {
            let after = try await ServerUsage(beside)
            usage.walBytes = after.walBytes - before.walBytes
            if let first = before.cpuMicroseconds, let last = after.cpuMicroseconds {
                usage.databaseMicroseconds = last - first
            }
        }
        await beside?.close()
        return usage
    }
}
