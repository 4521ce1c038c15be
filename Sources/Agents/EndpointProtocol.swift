import Engine
import HTTPClient
import JSONValue

/// How one kind of endpoint is spoken to: pure functions between the terms of a job and a wire format. What is done when,
/// how often and with what time limit is written once, in ``AgentPerformer`` and ``JobPoller``.
package protocol EndpointProtocol: Sendable {
    /// As the settings have it: `callback`, `chat`, `responses`, `a2a`.
    var name: String { get }
    /// Whether the answer to a start is the result, for which the connection is held.
    var answersOnConnection: Bool { get }
    /// Whether the same start may go out again when nobody knows whether the first arrived: the far side takes both as one.
    var startIsIdempotent: Bool { get }

    func start(_ context: StartContext) -> EndpointCall
    func read(start response: HTTPResponse) -> StartReply

    /// The question how a job stands; nil where the protocol has no way to ask.
    func poll(_ remote: RemoteJob) -> EndpointCall?
    func read(poll response: HTTPResponse) -> PollReply

    /// The request to stop a job; nil where the protocol has none. Its answer says nothing: a result may still come.
    func cancel(_ remote: RemoteJob) -> EndpointCall?

    /// The question whether an attempt is there whose start may have arrived; nil where the protocol has no way to ask.
    func find(_ context: StartContext) -> EndpointCall?
    func read(find response: HTTPResponse) -> FindReply

    /// A harmless question that tells whether the endpoint is there; nil where the protocol has none.
    func health(_ url: String, _ credentials: EndpointCredentials) -> EndpointCall?
    func read(health response: HTTPResponse) -> HealthReply
}

extension EndpointProtocol {
    package var answersOnConnection: Bool { false }
    package var startIsIdempotent: Bool { false }
    package func poll(_ remote: RemoteJob) -> EndpointCall? { nil }
    package func read(poll response: HTTPResponse) -> PollReply { .unclear("the protocol has no way to ask") }
    package func cancel(_ remote: RemoteJob) -> EndpointCall? { nil }
    package func find(_ context: StartContext) -> EndpointCall? { nil }
    package func read(find response: HTTPResponse) -> FindReply { .unclear }
    package func health(_ url: String, _ credentials: EndpointCredentials) -> EndpointCall? { nil }
    package func read(health response: HTTPResponse) -> HealthReply { HealthReply(response) }
}

/// The protocols that are spoken.
package enum EndpointProtocols {
    package static let all: [any EndpointProtocol] = [
        CallbackProtocol(), ChatProtocol(), ResponsesProtocol(), A2AProtocol(),
    ]

    package static func named(_ name: String) -> (any EndpointProtocol)? { all.first { $0.name == name } }
}

/// An attempt that an endpoint has taken on, as the endpoint knows it.
package struct RemoteJob: Sendable {
    package var url: String
    /// The endpoint's own id.
    package var id: String
    package var credentials: EndpointCredentials

    package init(url: String, id: String, credentials: EndpointCredentials) {
        self.url = url
        self.id = id
        self.credentials = credentials
    }
}

/// How a job stands, as its endpoint says when it is asked.
package enum PollReply: Sendable {
    case running(progress: JSONObject)
    /// Ended; `output` and `usage` as the callback contract has them.
    case completed(JSONObject)
    case failed(JobFailure, data: JSONObject = [:])
    /// The endpoint does not know it (any more): its result is lost.
    case lost
    /// No answer that says anything; asked again later.
    case unclear(String)
}

/// Whether an attempt is there whose start may or may not have arrived.
package enum FindReply: Sendable {
    case there(remoteID: String)
    case notThere
    /// Nobody knows.
    case unclear
}

/// What an endpoint says about itself.
package struct HealthReply: Sendable {
    package var isHealthy: Bool
    package var detail: String

    package init(isHealthy: Bool, detail: String) {
        self.isHealthy = isHealthy
        self.detail = detail
    }

    /// Any success is health.
    init(_ response: HTTPResponse) {
        isHealthy = (200..<300).contains(response.status)
        detail = "HTTP \(response.status)"
    }
}
