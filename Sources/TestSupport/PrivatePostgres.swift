import Foundation
import Postgres
import Threads

/// A Postgres server of the tests' own in a temporary folder, removed when the test process ends, however it ends.
package final class PrivatePostgres: Sendable {
    package enum StopMode: String, Sendable {
        case smart, fast, immediate
    }

    /// An administrator's URL, with its password.
    package let url: String
    private let keeper: ChildProcess

    private static let shared = SharedServer()

    /// The server that all tests of this process share.
    package static func url() async throws -> String { try await shared.url() }

    /// A fresh schema in the shared server; the URL's search path is this schema alone. Notification channels and
    /// advisory locks are the database's, shared with other tests.
    package static func makeSchema() async throws -> String {
        let url = try await url()
        let name = freshName()
        try await administer(url, "CREATE SCHEMA \(raw: name)")
        return url + "?options=-csearch_path%3D\(name)"
    }

    /// A fresh database in the shared server: slower to make than a schema, shares nothing.
    package static func makeDatabase() async throws -> String {
        let url = try await url()
        let name = freshName()
        try await administer(url, "CREATE DATABASE \(raw: name)")
        return try replaceDatabase(of: url, by: name)
    }

    /// A server for one test to stop and start; `environment` is set for its processes.
    package static func start(environment: [String: String] = [:]) async throws -> PrivatePostgres {
        let script = Repository.root.appending(path: "scripts/private-postgres").path
        let keeper = try await ChildProcess.start(script, environment: environment, parting: .inputEnds)
        do {
            let url = try await keeper.output.line(containing: "postgresql://", within: .seconds(90))
            return PrivatePostgres(url: url, keeper: keeper)
        } catch {
            throw TestFailure("no private Postgres: \(keeper.errors.text)")
        }
    }

    private init(url: String, keeper: ChildProcess) {
        self.url = url
        self.keeper = keeper
    }

    package func stop(_ mode: StopMode = .fast) async throws { try await command("stop \(mode.rawValue)") }

    /// Starts the server again after ``stop(_:)``, on the same port with the same data.
    package func startAgain() async throws { try await command("start") }

    package func restart(_ mode: StopMode = .fast) async throws { try await command("restart \(mode.rawValue)") }

    /// Starts a second server that follows this one; from now on each commit waits until it is on both disks.
    package func makeStandby() async throws -> StandbyPostgres {
        let answer = try await ask("standby")
        guard answer.hasPrefix("postgresql://"), let host = Self.host(of: answer), let own = Self.host(of: url) else {
            throw TestFailure("no standby: \(keeper.errors.text)")
        }
        let both = url.replacing(own, with: "\(own),\(host)") + "?target_session_attrs=read-write"
        return StandbyPostgres(url: answer, urlOfBoth: both)
    }

    /// Makes the standby the primary, by hand as an administrator would.
    package func promoteStandby() async throws { try await command("promote") }

    /// The host with its port, as the URL has it.
    private static func host(of url: String) -> String? {
        url.split(separator: "@").last?.split(separator: "/").first.map(String.init)
    }

    /// Ends every other session, as an administrator would.
    package func terminateBackends() async throws { try await Self.terminateBackends(url) }

    /// Ends every session whose application has this name, in the server with this URL.
    package static func terminateBackends(_ url: String, applicationName: String? = nil) async throws {
        try await administer(
            url,
            """
            SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
            WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'
              AND (\(applicationName)::text IS NULL OR application_name = \(applicationName))
            """)
    }

    /// Stops the server, removes its folder and returns when both is done.
    package func remove() async throws {
        keeper.closeInput()
        try await keeper.waitForExit(within: .seconds(60))
    }

    private func command(_ text: String) async throws {
        guard try await ask(text) == "ok" else { throw TestFailure("Postgres did not \(text)") }
    }

    private func ask(_ text: String) async throws -> String {
        let count = keeper.output.lines.count
        try keeper.write(text)
        return try await keeper.output.line(from: count, within: .seconds(90)) { _ in true }
    }

    private static func freshName() -> String {
        "test_" + UUID().uuidString.lowercased().filter { $0 != "-" }
    }

    private static func administer(_ url: String, _ statement: SQL) async throws {
        let connection = PostgresConnection(url: url, applicationName: "rejoinder-test-support")
        do {
            _ = try await connection.query(statement)
        } catch {
            await connection.close()
            throw error
        }
        await connection.close()
    }

    private static func replaceDatabase(of url: String, by name: String) throws -> String {
        guard var parts = URLComponents(string: url) else { throw TestFailure("the URL cannot be read") }
        parts.path = "/" + name
        guard let text = parts.string else { throw TestFailure("the URL cannot be written") }
        return text
    }
}

/// A server that follows a ``PrivatePostgres``, and is kept by it.
package struct StandbyPostgres: Sendable {
    package let url: String
    /// Both hosts: whoever connects by it finds the one that takes writes.
    package let urlOfBoth: String
}

/// Makes the shared server once, for whoever asks first.
private actor SharedServer {
    private var start: Task<String, any Error>?
    private var server: PrivatePostgres?

    func url() async throws -> String {
        let given = ProcessInfo.processInfo.environment["REJOINDER_TEST_POSTGRES"]
        if let given, !given.isEmpty { return given }
        if let start { return try await start.value }
        let task = Task {
            let server = try await PrivatePostgres.start()
            self.server = server
            return server.url
        }
        start = task
        return try await task.value
    }
}
