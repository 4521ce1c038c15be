import JSONValue
import TestSupport
import Threads

/// A fake far side in a process of its own, that can be killed and started again where it was.
final class FakeServer: Sendable {
    let url: String
    private let arguments: [String]
    private let environment: [String: String]
    private let process: Locked<ChildProcess>

    static func start(_ arguments: [String], environment: [String: String] = [:]) async throws -> FakeServer {
        let (process, url) = try await launch(arguments + ["--port", "0"], environment)
        return FakeServer(url, arguments, environment, process)
    }

    private init(_ url: String, _ arguments: [String], _ environment: [String: String], _ process: ChildProcess) {
        self.url = url
        self.arguments = arguments
        self.environment = environment
        self.process = Locked(process)
    }

    private static func launch(
        _ arguments: [String], _ environment: [String: String]
    ) async throws -> (ChildProcess, String) {
        let process = try await ChildProcess.rejoinder(["fake"] + arguments, environment: environment)
        let line = try await process.output.line(containing: "listening on http://", within: .seconds(60))
        return (process, line.split(separator: " ").last.map(String.init) ?? "")
    }

    func kill() async throws { try await process.withLock { $0 }.kill() }

    /// Comes back on the same port, with what its state file holds.
    func startAgain() async throws {
        let port = url.split(separator: ":").last.map(String.init) ?? ""
        let (again, _) = try await Self.launch(arguments + ["--port", port], environment)
        process.withLock { $0 = again }
    }

    var state: JSON {
        get async throws { try await JSONClient.get(url + "/_control/state", timeout: .seconds(30)) }
    }

    func addFaults(_ rules: JSON) async throws {
        let answer = try await JSONClient.ask("POST", url + "/_control/faults", rules)
        guard answer.status == 200 else { throw TestFailure("the fake refused the faults: \(answer.text)") }
    }

    func clearFaults() async throws { try await JSONClient.ask("DELETE", url + "/_control/faults") }
}
