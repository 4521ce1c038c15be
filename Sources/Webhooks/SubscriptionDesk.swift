import Crypto
import HTTPClient
import JSONValue
import Store

/// What the edge asks about subscriptions.
package struct SubscriptionDesk: Sendable {
    package let store: any Store
    package let address: WebhookAddress
    package let options: WebhookOptions
    private let parts: WebhookParts
    private let loop: WebhookLoop

    /// Subscriptions at most: each is looked at on its own.
    package static let limit = 100

    package init(_ parts: WebhookParts, address: WebhookAddress, loop: WebhookLoop) {
        self.parts = parts
        self.address = address
        self.loop = loop
        store = parts.store
        options = parts.options
    }

    package func subscribe(_ terms: SubscriptionTerms, actor: String) async throws -> SubscriptionRow {
        let secret = SubscriptionRow.Secret(keyID: parts.courier.keyID, generation: 1)
        let row = try await store.subscribe(
            "wh" + Digest.hex(Digest.randomBytes(8)), terms, secret: secret, actor: actor)
        loop.wake()
        return row
    }

    /// Nil when there is no such subscription.
    package func change(_ id: String, _ change: SubscriptionChange, actor: String) async throws -> SubscriptionRow? {
        let row = try await store.change(subscription: id, change, actor: actor)
        loop.wake()
        return row
    }

    package func rotate(_ id: String, actor: String) async throws -> SubscriptionRow? {
        try await change(
            id,
            .rotate(keyID: parts.courier.keyID, graceMicroseconds: options.rotationGrace.microseconds), actor: actor)
    }

    /// The present secret; nil when its master key is gone.
    package func secret(of row: SubscriptionRow) -> String? { parts.courier.secret(of: row)?.exposed }

    /// Queues one delivery anew, by its id. Nil when the history has no such macrostep (any more).
    package func redeliver(_ id: String, of row: SubscriptionRow, actor: String) async throws -> WebhookNews? {
        guard let (post, revision) = WebhookMessage.place(of: id, row.id),
            let step = try await store.history(post, after: revision - 1, limit: 1).first.map(HistoryStep.init),
            step.revision == revision
        else { return nil }
        let news =
            parts.reader.news(of: step, for: row.terms)
            ?? parts.reader.news(of: step, type: WebhookTopic.transitioned.rawValue)
        guard try await store.redeliver(news, to: row.id) else { return nil }
        try await store.record(
            AuditRow(
                actor: actor, action: "webhook.replay", subject: SubscriptionRow.auditPrefix + row.id,
                detail: ["delivery": .string(id)]))
        loop.wake()
        return news
    }

    // MARK: - Trying

    /// What a test came to.
    package struct Trial: Sendable {
        package let id: String
        package let isDelivered: Bool
        package let status: Int?
        package let detail: String
        package let duration: Duration
    }

    /// Sends a `webhook.test` now, once, whether the subscription is active or not.
    package func test(_ row: SubscriptionRow) async throws -> Trial {
        let now = parts.now()
        let message = WebhookMessage(test: row.id, number: Digest.hex(Digest.randomBytes(6)), at: now)
        let start = ContinuousClock.now
        let answer = try await parts.courier.send(message, to: row, now: now)
        let duration = ContinuousClock.now - start
        switch answer {
        case .response(let response):
            let isDelivered = (200..<300).contains(response.status)
            return Trial(
                id: message.id, isDelivered: isDelivered, status: response.status,
                detail: isDelivered ? "" : "HTTP \(response.status)", duration: duration)
        case .error(let error):
            return Trial(
                id: message.id, isDelivered: false, status: nil, detail: WebhookVerdict.words(error),
                duration: duration)
        case .noKey:
            return Trial(
                id: message.id, isDelivered: false, status: nil,
                detail: "the master key of its secret is gone: rotate the secret", duration: duration)
        }
    }
}
