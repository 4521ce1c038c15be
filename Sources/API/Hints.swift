import Crypto
import JSONValue
import Store

/// What endpoints push without telling the result, and who reads it.
package struct Hints: Sendable {
    /// The two texts by which an attempt's notifications are known where the peer knows no signatures.
    let tokens: @Sendable (WebhookSecret) -> (token: String, bearer: String)
    /// Takes a notification about an attempt; false when it is of no known shape.
    let push: @Sendable (_ body: JSON, JobKey, _ attempt: Int) async throws -> Bool
    /// The secrets of a whole endpoint's webhooks; empty where it has none.
    let secrets: @Sendable (_ endpoint: String) -> [WebhookSecret]
    /// Takes a verified webhook of a whole endpoint.
    let webhook: @Sendable (_ body: JSON, _ endpoint: String) async throws -> Void

    package init(
        tokens: @escaping @Sendable (WebhookSecret) -> (token: String, bearer: String),
        push: @escaping @Sendable (_ body: JSON, JobKey, _ attempt: Int) async throws -> Bool,
        secrets: @escaping @Sendable (_ endpoint: String) -> [WebhookSecret],
        webhook: @escaping @Sendable (_ body: JSON, _ endpoint: String) async throws -> Void
    ) {
        self.tokens = tokens
        self.push = push
        self.secrets = secrets
        self.webhook = webhook
    }
}
