import Foundation
import HTTPClient
import JSONValue
import TestSupport

/// The real binary as a research agent.
struct AgentProcess: Sendable {
    let process: ChildProcess
    let url: String

    static var isBuilt: Bool { FileManager.default.fileExists(atPath: Repository.binary) }

    /// Returns once it listens.
    static func start(
        model: FakeModel, search: FakeSearch, folder: TemporaryFolder, secret: String, allowed: [String] = [],
        port: String = "0"
    ) async throws -> AgentProcess {
        let file = try folder.write(secret + "\n", to: "agent.secret")
        let process = try await ChildProcess.rejoinder(
            ["agent", "research", "--port", port, "--secret-file", file, "--model-url", model.url]
                + allowed.flatMap { ["--allow-host", $0] },
            environment: [
                "REJOINDER_AGENT_MODEL": "fake", "REJOINDER_AGENT_MODEL_KEY": "model-key-of-the-test",
                "REJOINDER_AGENT_SEARCH_URL": search.url, "REJOINDER_AGENT_LOG_FORMAT": "json",
            ], folder: folder.path)
        do {
            let line = try await process.output.line(containing: "listens on http://", within: .seconds(60))
            return AgentProcess(process: process, url: line.split(separator: " ").last.map(String.init) ?? "")
        } catch {
            throw TestFailure("the agent did not start: \(error)\n\(process.errors.text)")
        }
    }

    var port: String { url.split(separator: ":").last?.split(separator: "/").first.map(String.init) ?? "" }

    /// Everything that it has written.
    var written: String { process.output.text + process.errors.text }
}

/// A server of the real binary that tests talk to in JSON.
struct RealService: Sendable {
    let process: ChildProcess
    let url: String
    private static let client = HTTPClient(userAgent: "rejoinder-agent-tests")

    /// The service on SQLite, with a fake chat for the other stages and this agent for research.
    static func start(agent: AgentProcess, chat: String, secret: String, folder: TemporaryFolder) async throws
        -> RealService
    {
        let settings = """
            database: "\(folder.file("service.sqlite"))"
            data: "\(folder.file("data"))"
            listen: {port: 0}
            poll_interval: 200ms
            triage: {backoff_base: 50ms}
            research: {backoff_base: 100ms, timeout: 60s, silence: 60s}
            endpoints:
              - {name: chat, url: "\(chat)", protocol: chat, capabilities: [triage, response, editorial]}
              - {name: agent, url: "\(agent.url)", protocol: callback, capabilities: [research], \
            signing_secret_env: REJOINDER_SECRET_AGENT}
            """
        let file = try folder.write(settings, to: "service.yaml")
        let process = try await ChildProcess.rejoinder(
            ["serve", "--config", file], environment: ["REJOINDER_SECRET_AGENT": secret], folder: folder.path)
        do {
            let line = try await process.output.line(containing: "listens on http://", within: .seconds(60))
            let url = line.split(separator: " ").first { $0.hasPrefix("http://") }.map(String.init)
            return RealService(process: process, url: url ?? "")
        } catch {
            throw TestFailure("the service did not start: \(error)\n\(process.errors.text)")
        }
    }

    static func ask(_ method: String, _ url: String, _ body: JSON? = nil) async throws -> JSON {
        let headers = body == nil ? [] : [("Content-Type", "application/json")]
        let response = try await client.send(
            HTTPRequest(method: method, url: url, headers: headers, body: body?.bytes() ?? []))
        return response.json
    }
}
