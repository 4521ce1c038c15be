import Crypto
import HTTPClient
import JSONValue

/// Sends signed callbacks, one try at a time.
struct CallbackCaller: Sendable {
    private let client = HTTPClient(maximumConnections: 256, userAgent: "fake-research-agent/1.0")
    private let clock: FakeClock

    init(_ options: FakeLLMOptions) { clock = options.clock }

    /// The answer's status and `Retry-After`; no status when none came.
    func send(_ event: AgentEvents.Event, _ job: AgentJob) async -> (status: Int?, retryAfter: String?) {
        let body = event.body.bytes()
        let secret = job.fault?.kind == .wrongSignature ? Self.wrongSecret : job.secret
        let headers = AgentEvents.headers(event, body, secret: secret, now: clock.now())
        let request = HTTPRequest(
            method: "POST", url: job.callbackURL, headers: headers, body: body, timeout: .seconds(30))
        guard let response = try? await client.send(request) else { return (nil, nil) }
        return (response.status, response.headers["Retry-After"])
    }

    func close() async { await client.close() }

    private static let wrongSecret = WebhookSecret(bytes: Array("not the secret of this attempt..".utf8))
}
