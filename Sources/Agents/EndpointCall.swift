import Crypto
import JSONValue

/// A start as a protocol encodes it: pure data, sent by the one core.
package struct EndpointCall: Sendable {
    package var url: String
    package var headers: [(String, String)]
    package var body: [UInt8]
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

    /// The same on every repetition of this attempt.
    var idempotencyKey: String { "\(job)/\(attempt)" }
}

/// What an endpoint demands; comes from files or the environment, never from the database.
package struct EndpointCredentials: Sendable, CustomStringConvertible {
    /// For `Authorization: Bearer`.
    package var bearer: String?
    /// Signs what we send.
    package var signing: WebhookSecret?

    package init(bearer: String? = nil, signing: WebhookSecret? = nil) {
        self.bearer = bearer
        self.signing = signing
    }

    package var description: String { "(credentials)" }

    var headers: [(String, String)] { bearer.map { [("Authorization", "Bearer \($0)")] } ?? [] }
}
