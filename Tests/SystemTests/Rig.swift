import Foundation
import JSONValue
import Service
import TestSupport
import Threads

/// Everything that one run needs: a folder, a database, the far sides, and the settings of the service between them.
final class Rig: Sendable {
    /// What differs from run to run.
    struct Plan: Sendable {
        /// Arguments of the fake Reddit; nil for a service without an account.
        var reddit: [String]?
        var chats: [[String]] = [["--duration", "0.02"]]
        var agent: [String] = ["--duration", "0.1"]
        /// Concurrent jobs of each endpoint.
        var concurrent = 8
        /// Preferences of the chat endpoints, higher first.
        var preferences = [0, 0]
        /// Settings over the rig's own.
        var settings: [String: String] = [:]
    }

    /// The name of the settings' file where the service is one process.
    static let only = "rejoinder-test"

    let folder: TemporaryFolder
    let database: TestDatabase
    let reddit: FakeServer?
    let chats: [FakeServer]
    let agent: FakeServer
    let secrets: Secrets
    private let settings: Locked<[String: String]>
    private let plan: Plan
    /// The address to call for each that is not called directly.
    private let routes = Locked<[String: String]>([:])
    private let service = Locked<ServiceProcess?>(nil)

    static func make(_ kind: DatabaseKind, _ plan: Plan) async throws -> Rig {
        let folder = try TemporaryFolder()
        return try await make(folder, TestDatabase.make(kind, in: folder), plan)
    }

    static func make(_ folder: TemporaryFolder, _ database: TestDatabase, _ plan: Plan) async throws -> Rig {
        let secrets = Secrets()
        var reddit: FakeServer?
        if let arguments = plan.reddit {
            let common = ["reddit", "--state", folder.file("reddit.jsonl"), "--quota", "1000000"]
            reddit = try await FakeServer.start(common + arguments)
        }
        var chats: [FakeServer] = []
        for arguments in plan.chats {
            chats.append(
                try await FakeServer.start(
                    ["llm", "--role", "chat", "--key-env", "CHAT_KEY"] + arguments,
                    environment: ["CHAT_KEY": secrets.chat]))
        }
        let agent = try await FakeServer.start(
            ["llm", "--role", "research", "--state", folder.file("agent.jsonl"), "--secret-env", "AGENT_SECRET"]
                + plan.agent, environment: ["AGENT_SECRET": secrets.agent])
        return Rig(folder, database, reddit, chats, agent, secrets, plan)
    }

    private init(
        _ folder: TemporaryFolder, _ database: TestDatabase, _ reddit: FakeServer?, _ chats: [FakeServer],
        _ agent: FakeServer, _ secrets: Secrets, _ plan: Plan
    ) {
        self.folder = folder
        self.database = database
        self.reddit = reddit
        self.chats = chats
        self.agent = agent
        self.secrets = secrets
        self.plan = plan
        settings = Locked(
            RigSettings.base(database: database.setting, data: folder.file("data"))
                .merging(reddit.map { RigSettings.reddit($0.url) } ?? [:]) { $1 }
                .merging(plan.settings) { $1 })
    }

    func set(_ name: String, _ value: String) { settings.withLock { $0[name] = value } }

    /// The service calls a far side at another address than its own, such as a proxy's, from the next start on.
    func route(_ url: String, through other: String) { routes.withLock { $0[url] = other } }

    /// Starts the service on what is set now; of several nodes, each has a name and settings of its own.
    @discardableResult
    func start(
        _ node: String = Rig.only, _ own: [String: String] = [:], environment: [String: String] = [:]
    ) async throws -> ServiceProcess {
        let file = try folder.write(yaml(own), to: node + ".yaml")
        let started = try await ServiceProcess.start(
            ["--config", file], environment: secrets.environment.merging(environment) { $1 }, folder: folder.path)
        service.withLock { $0 = started }
        return started
    }

    /// The settings as the service, or a node of it, reads them.
    func loadSettings(of node: String = Rig.only) throws -> ServiceSettings {
        try ServiceSettings.load(
            config: folder.file(node + ".yaml"), environment: secrets.environment, assignments: [])
    }

    private func yaml(_ own: [String: String]) -> String {
        let lines = settings.withLock { $0 }.merging(own) { $1 }.sorted { $0.key < $1.key }
            .map { "\($0.key): \(JSON.string(address(of: $0.value)).text)" }
        let chats = chats.enumerated().map { index, chat in
            """
              - {name: chat\(index), url: "\(address(of: chat.url))", protocol: chat, \
            capabilities: [triage, response, editorial], max_concurrent: \(plan.concurrent), preference: \(plan.preferences[index]), \
            bearer_env: REJOINDER_SECRET_CHAT}
            """
        }
        let agent = """
              - {name: agent, url: "\(address(of: agent.url))/jobs", protocol: callback, \
            capabilities: [research], max_concurrent: \(plan.concurrent), signing_secret_env: REJOINDER_SECRET_AGENT}
            """
        return (lines + ["endpoints:"] + chats + [agent]).joined(separator: "\n") + "\n"
    }

    private func address(of url: String) -> String { routes.withLock { $0[url] ?? url } }

    /// Runs a test's body; when it fails, says where the service stood.
    func explained(_ body: () async throws -> Void) async throws {
        do {
            try await body()
        } catch {
            let service = service.withLock { $0 }
            let status = try? await service?.status.text
            let agent = try? await agent.state.text
            let lines = service?.lastLines ?? "no service was started"
            throw TestFailure("\(error)\nqueues: \(status ?? "no answer")\nagent: \(agent ?? "no answer")\n\(lines)")
        }
    }
}

/// What must never be seen in a log, a page or the history.
struct Secrets: Sendable {
    let chat = "chat-key-\(UUID().uuidString)"
    let agent = Secrets.webhookSecret()
    let master = Secrets.webhookSecret()
    let redditClient = "fake-client-secret"
    let redditPassword = "fake-password"

    var environment: [String: String] {
        [
            "REJOINDER_SECRET_CHAT": chat, "REJOINDER_SECRET_AGENT": agent, "REJOINDER_CALLBACKS_KEY": master,
            "REJOINDER_REDDIT_CLIENT_SECRET": redditClient, "REJOINDER_REDDIT_PASSWORD": redditPassword,
        ]
    }

    var all: [String] { Array(environment.values) }

    private static func webhookSecret() -> String {
        let bytes = (0..<32).map { _ in UInt8.random(in: 0...255) }
        return "whsec_" + Data(bytes).base64EncodedString()
    }
}
