/// A fixed number of connections for statements that need no particular one. Each connects at its first call.
package final class PostgresPool: Sendable {
    private let connections: [PostgresConnection]

    package init(
        url: String, size: Int, applicationName: String, sessionSettings: [(String, String)] = [],
        answerLimit: Duration = .seconds(60)
    ) {
        connections = (0..<max(1, size)).map { _ in
            PostgresConnection(
                url: url, applicationName: applicationName, sessionSettings: sessionSettings, answerLimit: answerLimit)
        }
    }

    package func query(_ sql: SQL) async throws -> Rows { try await leastBusy.query(sql) }

    package func transaction(_ statements: [SQL]) async throws -> [Rows] {
        try await leastBusy.transaction(statements)
    }

    package func close() async {
        await withTaskGroup { group in
            for connection in connections { group.addTask { await connection.close() } }
        }
    }

    /// The first of the least busy: under no load one warm connection does all the work.
    private var leastBusy: PostgresConnection {
        var best = connections[0]
        var fewest = best.pendingCount
        for connection in connections.dropFirst() where fewest > 0 {
            let count = connection.pendingCount
            if count < fewest { (best, fewest) = (connection, count) }
        }
        return best
    }
}
