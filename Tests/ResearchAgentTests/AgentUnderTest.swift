import Crypto
import Foundation
import HTTPClient
import HTTPServer
import JSONValue
import Logging
import Threads

@testable import ResearchAgent

enum UnixTime {
    static var now: Int64 { Int64(Date().timeIntervalSince1970) }
    static var moment: Timestamp { Timestamp(seconds: Date().timeIntervalSince1970) }
}

/// A research agent with its far sides, and a client that starts jobs as the service does.
struct AgentUnderTest: Sendable {
    static let signing = WebhookSecret(bytes: Array("what starts are signed with, 32 ".utf8))

    let agent: ResearchAgent
    private let client = HTTPClient(userAgent: "rejoinder")

    init(
        model: FakeModel, search: FakeSearch, time: TimeSource = .system,
        _ change: (inout ResearchAgentOptions) -> Void = { _ in }
    ) throws {
        var options = ResearchAgentOptions(
            model: ModelEndpoint(url: model.url, model: "fake"),
            search: SearchProvider(kind: .searxng, url: search.url, results: 20), contact: "https://agent.example/",
            now: { UnixTime.moment })
        options.secrets = [Self.signing]
        options.limits.pages = 60
        options.limits.pageTime = .seconds(10)
        options.time = time
        change(&options)
        var logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        logger.logLevel = .error
        agent = try ResearchAgent(options: options, logger: logger)
        try agent.start()
    }

    func start(_ start: JSON, secret: WebhookSecret? = signing, key: String? = nil) async throws -> HTTPResponse {
        let body = start.bytes()
        var headers = [("Content-Type", "application/json")]
        if let key { headers.append(("Idempotency-Key", key)) }
        if let secret {
            let (id, now) = ("start_1", UnixTime.now)
            let signature = WebhookSignature.sign(id: id, timestamp: now, body: body, secret: secret)
            headers += [("webhook-id", id), ("webhook-timestamp", "\(now)"), ("webhook-signature", signature)]
        }
        return try await client.send(
            HTTPRequest(method: "POST", url: "http://127.0.0.1:\(agent.port)/research", headers: headers, body: body))
    }

    func get(_ path: String) async throws -> HTTPResponse {
        try await client.send(HTTPRequest(url: "http://127.0.0.1:\(agent.port)\(path)"))
    }

    func close() async {
        await agent.close()
        await client.close()
    }
}

extension HTTPResponse {
    var json: JSON { (try? JSON.parse(body)) ?? .null }
}

extension TimeSource {
    /// The system's clock without its waits.
    static let hurried = TimeSource(now: { .now }, sleep: { _ in try Task.checkCancellation() })
}
