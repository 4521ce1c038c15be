import Postgres
import TestSupport
import Testing

/// Runs the body with a connection to a schema of its own and closes it whatever happens.
func withConnection(
    to url: String? = nil, name: String = "driver-tests", settings: [(String, String)] = [],
    answerLimit: Duration = .seconds(60), _ body: (PostgresConnection) async throws -> Void
) async throws {
    let place: String
    if let url { place = url } else { place = try await PrivatePostgres.makeSchema() }
    let connection = PostgresConnection(
        url: place, applicationName: name, sessionSettings: settings, answerLimit: answerLimit)
    do {
        try await body(connection)
    } catch {
        await connection.close()
        throw error
    }
    await connection.close()
}

/// The error that the body throws; the test fails when it throws none or another.
func postgresError(_ body: () async throws -> Void) async -> PostgresError? {
    await #expect(throws: PostgresError.self) { try await body() }
}
