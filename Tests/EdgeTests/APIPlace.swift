import Foundation
import GRDB
import Postgres
import TestSupport
import Testing

/// The two databases of the service.
enum Backend: String, CaseIterable, CustomTestStringConvertible, Sendable {
    case sqlite = "SQLite"
    case postgres = "Postgres"

    var testDescription: String { rawValue }
}

/// A database and a data folder of their own for one test; a service may be started in them more than once.
final class Place: Sendable {
    let folder: TemporaryFolder
    /// What the setting `database` is.
    let database: String

    convenience init(_ backend: Backend) async throws {
        switch backend {
        case .sqlite: try self.init(database: "")
        case .postgres: try self.init(database: try await PrivatePostgres.makeDatabase())
        }
    }

    init(database: String) throws {
        folder = try TemporaryFolder()
        self.database = database
    }

    /// The number that a query returns, read beside the service.
    func count(_ query: String) async throws -> Int {
        if database.isEmpty {
            let queue = try DatabaseQueue(path: folder.file("rejoinder.sqlite"))
            return try await queue.read { try Int.fetchOne($0, sql: "SELECT (\(query)) AS count") ?? -1 }
        }
        let connection = PostgresConnection(url: database, applicationName: "rejoinder-tests")
        let rows = try await connection.query("SELECT (\(raw: query)) AS count")
        await connection.close()
        return try rows.first?.int("count") ?? -1
    }

    /// How many deliveries have been recorded with a verdict.
    func deliveries(_ verdict: String) async throws -> Int {
        try await count("SELECT count(*) FROM deliveries WHERE verdict = '\(verdict)'")
    }
}
