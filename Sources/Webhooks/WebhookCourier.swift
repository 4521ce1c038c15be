import Crypto
import HTTPClient
import JSONValue
import Store

/// Signs messages and sends them: one attempt each.
package struct WebhookCourier: Sendable {
    private let client: HTTPClient
    private let keys: CallbackKeys
    private let timeout: Duration

    /// `client` has a guard of addresses: the URLs come from whoever may use the API.
    package init(client: HTTPClient, keys: CallbackKeys, timeout: Duration) {
        self.client = client
        self.keys = keys
        self.timeout = timeout
    }

    /// What came back.
    package enum Answer: Sendable {
        case response(HTTPResponse)
        case error(HTTPClientError)
        /// The master key that the secret was made from is no longer there.
        case noKey
    }

    package func send(_ message: WebhookMessage, to row: SubscriptionRow, now: Timestamp) async throws -> Answer {
        guard let secrets = secrets(of: row, now: now) else { return .noKey }
        let signatures = secrets.map { secret in
            WebhookSignature.sign(id: message.id, timestamp: now.unixSeconds, body: message.body, secret: secret)
        }
        let request = HTTPRequest(
            method: "POST", url: row.terms.url,
            headers: [
                ("Content-Type", "application/json"), ("webhook-id", message.id),
                ("webhook-timestamp", "\(now.unixSeconds)"), ("webhook-signature", signatures.joined(separator: " ")),
            ], body: message.body, timeout: timeout, connectTimeout: min(timeout, .seconds(10)),
            maximumBody: Self.bodyLimit, wantsBody: Self.isSmall)
        do {
            return .response(try await client.send(request))
        } catch let error as HTTPClientError where error.code != .cancelled && error.code != .stopped {
            return .error(error)
        }
    }

    /// The present secret, and during a rotation the one before; nil when the present one cannot be made.
    private func secrets(of row: SubscriptionRow, now: Timestamp) -> [WebhookSecret]? {
        guard let present = secret(of: row) else { return nil }
        guard let former = row.former, former.until > now,
            let old = keys.secret(
                subscription: row.id, generation: former.secret.generation, keyID: former.secret.keyID)
        else { return [present] }
        return [present, old]
    }

    /// The present secret: shown to whoever made the subscription, or rotates it.
    package func secret(of row: SubscriptionRow) -> WebhookSecret? {
        keys.secret(subscription: row.id, generation: row.secret.generation, keyID: row.secret.keyID)
    }

    /// The master key that new secrets are made from.
    package var keyID: String { keys.currentID }

    /// What a receiver says is not read; a short answer is taken off the line, so that the connection can be used again.
    private static let bodyLimit = 16 << 10
    private static let isSmall: @Sendable (HTTPHeaders) -> Bool = { headers in
        headers["Content-Length"].flatMap { Int($0) }.map { $0 <= bodyLimit } ?? false
    }
}
