import Crypto
import Engine
import Foundation
import HTTPClient
import JSONValue
import Logging
import Pipeline
import Service
import Store
import TestSupport
import Testing
import Threads

enum UnixTime {
    static var now: Int64 { Int64(Date().timeIntervalSince1970) }
}

/// A whole service in this process: real settings, store, engine, server and clients; the far side is a test's agent.
final class ServiceUnderTest: Sendable {
    static let masterKey = WebhookSecret(bytes: Array("a master key of exactly 32 bytes".utf8))

    let place: Place
    let service: RunningService
    let agent: CallbackAgent
    let outage: OutageStore
    /// Every post's write that has been committed since the start.
    let commits = Happenings<PostWrite>()
    let client = HTTPClient(maximumConnections: 256, userAgent: "rejoinder-tests")
    private let running: Task<Void, Never>

    /// `settings` are `name=value`; `yaml` is put under the settings file's endpoints.
    init(
        _ place: Place, _ agent: CallbackAgent, settings: [String] = [], yaml: String = "",
        environment: [String: String] = [:]
    ) async throws {
        self.place = place
        self.agent = agent
        let config = try place.folder.write(Self.endpoints(agent) + yaml, to: "rejoinder.yaml")
        let secrets = [
            "REJOINDER_SECRET_AGENT": CallbackAgent.signingSecret.exposed,
            "REJOINDER_CALLBACKS_KEY": Self.masterKey.exposed,
        ]
        let loaded = try ServiceSettings.load(
            config: config, environment: secrets.merging(environment) { $1 },
            assignments: [
                "listen.port=0", "data=\(place.folder.path)", "database=\(place.database)", "drain.grace=200ms",
                "poll_interval=1s", "triage.backoff_base=10ms", "triage.backoff_cap=20ms", "engine.breaker_faults=100",
            ] + settings)
        let made = Shared<OutageStore?>(nil)
        var logger = Logger(label: "edge-tests")
        logger.logLevel = .critical
        service = try await Composition(loaded, logger: logger).start { store in
            let outage = OutageStore(
                base: LawfulStore(store) { detail in
                    Waiting.all(detail).contains { $0.kind == .stuck } ? "nothing is said to wake it" : nil
                })
            made.set(outage)
            return outage
        }
        outage = try #require(made.value)
        service.engine.observe { [commits] writes in for write in writes { commits.add(write) } }
        running = Task { [service] in await service.run() }
    }

    private static func endpoints(_ agent: CallbackAgent) -> String {
        """
        endpoints:
          - {name: agent, url: "\(agent.url)", protocol: callback, capabilities: [triage], max_concurrent: 50,
             signing_secret_env: REJOINDER_SECRET_AGENT}

        """
    }

    func stop() async {
        outage.isDown.set(false)
        await service.stop()
        await running.value
        await client.close()
    }

    var url: String { service.url }
    var store: any Store { service.store }

    // MARK: - Over the wire

    func send(_ callback: Callback) async throws -> HTTPResponse { try await client.send(callback.request) }

    func get(_ path: String, headers: [(String, String)] = []) async throws -> HTTPResponse {
        try await client.send(HTTPRequest(url: url + path, headers: headers, timeout: .seconds(90)))
    }

    func post(_ path: String, _ body: JSON, headers: [(String, String)] = []) async throws -> HTTPResponse {
        try await send("POST", path, body.bytes(), headers: headers)
    }

    func send(
        _ method: String, _ path: String, _ body: [UInt8], headers: [(String, String)] = [],
        contentType: String = "application/json"
    ) async throws -> HTTPResponse {
        try await client.send(
            HTTPRequest(
                method: method, url: url + path, headers: [("Content-Type", contentType)] + headers, body: body,
                timeout: .seconds(90)))
    }

    /// Submits a post whose title holds the claim of ``Callback/triage``.
    @discardableResult
    func submit(_ id: Int64 = 42, title: String = "Study: 90% of plastic comes from 10 rivers") async throws -> PostID {
        let response = try await post("/v1/posts", ["id": .int(id), "title": .string(title), "community": "science"])
        #expect(response.status == 201)
        return PostID(id)
    }

    // MARK: - What has become of a post

    /// The write that brought a post into a stage and status; waits for it.
    @discardableResult
    func committed(_ post: PostID, _ stage: String, _ status: String) async throws -> PostWrite {
        try await commits.wait(for: "post \(post) in \(stage) \(status)") { writes in
            writes.first { $0.post == post && $0.state.stage == stage && $0.state.status == status }
        }
    }

    /// Waits until a start's 202 has been taken note of.
    func accepted(_ start: CallbackAgent.Start) async throws -> OutageStore.Seen {
        try await outage.acceptances.number(1, of: "acceptance of \(start.job)/\(start.attempt)") {
            $0.job.description == start.job && $0.attempt == start.attempt
        }
    }

    /// The macrosteps that ended a job.
    func endings(of job: Int = 1, _ post: PostID) async throws -> [TransitionRow] {
        try await store.history(post, after: 0, limit: 1000).filter { $0.origin == "job:\(job)!" }
    }

    func row(_ post: PostID) async throws -> PostRow { try #require(try await store.posts([post]).first) }
}

private let turnstile = Turnstile(10)

/// Runs a test with a service and an agent; afterwards no post may be stuck and no request left over.
func withService(
    _ backend: Backend = .sqlite, in place: Place? = nil, settings: [String] = [], yaml: String = "",
    environment: [String: String] = [:],
    agent behaviour: @escaping CallbackAgent.Behaviour = { _, _ in CallbackAgent.accepted },
    _ test: (ServiceUnderTest) async throws -> Void
) async throws {
    try await turnstile.enter()
    defer { turnstile.leave() }
    var place = place
    if place == nil { place = try await Place(backend) }
    let agent = try CallbackAgent(behaviour)
    let edge = try await ServiceUnderTest(
        #require(place), agent, settings: settings, yaml: yaml, environment: environment)
    do {
        try await test(edge)
        #expect(try await edge.store.stuckPosts(limit: 10).isEmpty)
    } catch {
        await edge.stop()
        await agent.close()
        throw error
    }
    await edge.stop()
    await agent.close()
    #expect(edge.service.server.load.requests == 0)
}

extension HTTPResponse {
    var text: String { String(decoding: body, as: UTF8.self) }
    var json: JSON { (try? JSON.parse(body)) ?? .null }
    /// The stable code of a problem document.
    var code: String? {
        headers["Content-Type"] == "application/problem+json" ? json["code"]?.string : nil
    }
}
