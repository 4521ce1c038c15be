import Crypto
import HTTPClient
import HTTPServer
import JSONValue
import Threads

/// An agent that speaks the callback protocol and does exactly what a test says.
final class CallbackAgent: Sendable {
    /// A start request as it arrived.
    struct Start: Sendable {
        var request: ServerRequest
        var json: JSON
        var at: ContinuousClock.Instant

        var job: String { json["job_id"]?.string ?? "" }
        var attempt: Int { Int(json["attempt"]?.int ?? 0) }
        var stage: String { json["stage"]?.string ?? "" }
        var callbackURL: String { json["callback"]?["url"]?.string ?? "" }
        var secret: String { json["callback"]?["secret"]?.string ?? "" }
        var idempotencyKey: String? { request.headers["Idempotency-Key"] }
    }

    typealias Behaviour = @Sendable (Start, Int) async -> ServerResponse

    /// What the agent's starts are signed with.
    static let signingSecret = WebhookSecret(bytes: Array("an agent's secret of 32 bytes...".utf8))
    static let accepted = ServerResponse(
        status: 202, headers: [("Content-Type", "application/json")], body: Array(#"{"id": "remote-1"}"#.utf8))

    let starts = Happenings<Start>()
    let server: HTTPServer
    var url: String { "http://127.0.0.1:\(server.port)/jobs" }

    /// `behaviour` gets each start and its number, counted from 1.
    init(_ behaviour: @escaping Behaviour = { _, _ in CallbackAgent.accepted }) throws {
        let numbers = Shared(0)
        server = try HTTPServer { [starts] request in
            let json = (try? JSON.parse(request.body)) ?? .null
            let start = Start(request: request, json: json, at: .now)
            let number = numbers.withLock { count in
                count += 1
                return count
            }
            starts.add(start)
            return await behaviour(start, number)
        }
    }

    func close() async { await server.close(grace: .milliseconds(200)) }
}

/// A callback as an agent sends it; tests change what they want to be wrong.
struct Callback: Sendable {
    var url: String
    var body: [UInt8]
    var id = "msg_1"
    var timestamp = "\(UnixTime.now)"
    var signature: String?
    var contentType: String? = "application/json"
    var secret: WebhookSecret

    init(_ start: CallbackAgent.Start, _ message: JSON, id: String = "msg_1") {
        url = start.callbackURL
        body = message.bytes()
        secret = WebhookSecret(start.secret) ?? WebhookSecret(bytes: [0])
        self.id = id
    }

    init(url: String, secret: WebhookSecret, _ message: JSON) {
        self.url = url
        self.secret = secret
        body = message.bytes()
    }

    /// The same with something changed.
    func with(_ change: (inout Callback) -> Void) -> Callback {
        var copy = self
        change(&copy)
        return copy
    }

    /// Headers of the empty value are left out.
    var request: HTTPRequest {
        let sign = { WebhookSignature.sign(id: id, timestamp: $0, body: body, secret: secret) }
        let headers = [
            ("Content-Type", contentType ?? ""), ("webhook-id", id), ("webhook-timestamp", timestamp),
            ("webhook-signature", signature ?? sign(Int64(timestamp) ?? 0)),
        ]
        return HTTPRequest(
            method: "POST", url: url, headers: headers.filter { !$0.1.isEmpty }, body: body, timeout: .seconds(90))
    }

    static func completed(_ output: JSON, id: String = "msg_1") -> JSON {
        [
            "type": "job.completed", "timestamp": "2026-11-23T17:05:00Z",
            "data": ["output": output, "usage": ["input_tokens": 10, "output_tokens": 20]],
        ]
    }

    static func failed(retryable: Bool, code: String = "search_down") -> JSON {
        [
            "type": "job.failed", "timestamp": "2026-11-23T17:05:00Z",
            "data": [
                "error": ["code": .string(code), "message": "no search today", "retryable": .bool(retryable)]
            ],
        ]
    }

    static func progress(_ fraction: JSON, _ message: JSON = "reading") -> JSON {
        [
            "type": "job.progress", "timestamp": "2026-11-23T17:05:00Z",
            "data": ["fraction": fraction, "message": message],
        ]
    }

    /// A triage that sends the post of ``ServiceUnderTest/submit(_:)`` on to research.
    static let triage: JSON = [
        "decision": "research", "reject_reason": nil,
        "claims": [
            [
                "text": "Ten rivers carry 90% of the plastic.", "quote": "90% of plastic comes from 10 rivers",
                "type": "quantity", "check_worthiness": 0.86, "harm_if_false": "low",
            ]
        ], "topic": "environment", "language": "en", "confidence": 0.84, "instructions_in_post": false,
        "reasoning": "One number.",
    ]
}
