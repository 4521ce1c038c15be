import Crypto
import JSONValue

/// A request as a protocol encodes it: pure data, sent by the one core.
package struct EndpointCall: Sendable {
    package var method = "POST"
    package var url: String
    package var headers: [(String, String)]
    package var body: [UInt8] = []
}

/// What the core knows about one attempt when it is encoded.
package struct StartContext: Sendable {
    package var job: String
    package var attempt: Int
    package var stage: String
    package var model: String
    package var url: String
    /// RFC 3339.
    package var deadline: String
    package var input: JSON
    package var outputSchema: JSON
    package var schemaName: String
    package var messages: [(role: String, content: String)]
    package var callbackURL: String
    package var callbackSecret: WebhookSecret
    package var credentials: EndpointCredentials
    /// Unix seconds, for the signature.
    package var unixTime: Int64

    package init(
        job: String, attempt: Int, stage: String, model: String, url: String, deadline: String, input: JSON,
        outputSchema: JSON, schemaName: String, messages: [(role: String, content: String)], callbackURL: String,
        callbackSecret: WebhookSecret, credentials: EndpointCredentials, unixTime: Int64
    ) {
        self.job = job
        self.attempt = attempt
        self.stage = stage
        self.model = model
        self.url = url
        self.deadline = deadline
        self.input = input
        self.outputSchema = outputSchema
        self.schemaName = schemaName
        self.messages = messages
        self.callbackURL = callbackURL
        self.callbackSecret = callbackSecret
        self.credentials = credentials
        self.unixTime = unixTime
    }

    /// The same on every repetition of this attempt.
    var idempotencyKey: String { "\(job)/\(attempt)" }

    /// What every start by JSON says, whatever its protocol.
    var commonHeaders: [(String, String)] {
        [
            ("Content-Type", "application/json"), ("Idempotency-Key", idempotencyKey),
            ("traceparent", Trace.parent(job, attempt)),
        ]
    }
}

/// What an endpoint demands; comes from files or the environment, never from the database.
package struct EndpointCredentials: Sendable, CustomStringConvertible {
    /// For `Authorization: Bearer`.
    package var bearer: String?
    /// Signs what we send.
    package var signing: WebhookSecret?
    /// For webhooks of the whole endpoint, which come to `/webhooks/<name>`: those that are accepted now.
    package var webhooks: [WebhookSecret]
    /// Whether an agent keeps the `contextId` that we choose (A2A 1.0, section 3.4.1): what was started is found by it.
    package var keepsContext: Bool

    package init(
        bearer: String? = nil, signing: WebhookSecret? = nil, webhooks: [WebhookSecret] = [], keepsContext: Bool = false
    ) {
        self.bearer = bearer
        self.signing = signing
        self.webhooks = webhooks
        self.keepsContext = keepsContext
    }

    package var description: String { "(credentials)" }

    var headers: [(String, String)] { bearer.map { [("Authorization", "Bearer \($0)")] } ?? [] }
}
