import JSONValue
import Store

extension MemoryStore {
    package func subscriptions() async throws -> [SubscriptionRow] {
        try await read("subscriptions") { database, _ in database.outgoing.subscriptions }
    }

    package func subscription(_ id: String) async throws -> SubscriptionRow? {
        try await read("subscription") { database, _ in
            database.index(ofSubscription: id).map { database.outgoing.subscriptions[$0] }
        }
    }

    package func subscribe(
        _ id: String, _ terms: SubscriptionTerms, secret: SubscriptionRow.Secret, actor: String
    ) async throws -> SubscriptionRow {
        try await write("subscribe") { try $0.subscribe(id, terms, secret, actor, at: $1) }
    }

    package func change(
        subscription id: String, _ change: SubscriptionChange, actor: String
    ) async throws -> SubscriptionRow? {
        try await write("changeSubscription") { $0.change(id, change, actor, at: $1) }
    }

    package func unsubscribe(_ id: String, actor: String) async throws -> Bool {
        try await write("unsubscribe") { database, _ in database.unsubscribe(id, actor) }
    }

    package func claimSubscriptions(node: String, microseconds: Int64) async throws -> [SubscriptionRow] {
        try await write("claimSubscriptions") {
            $0.claimSubscriptions(node: node, microseconds: microseconds, at: $1)
        }
    }

    package func releaseSubscriptions(node: String) async throws {
        try await write("releaseSubscriptions") { database, _ in database.releaseSubscriptions(node: node) }
    }

    /// Calls run one after the other, each at its moment.
    package func settledHistory() async throws -> SettledHistory {
        try await read("settledHistory") { _, now in SettledHistory(now: now, horizon: now) }
    }

    package func steps(after mark: HistoryMark, before end: Timestamp, limit: Int) async throws -> [HistoryStep] {
        try await read("steps") { database, _ in database.steps(after: mark, before: end, limit: limit) }
    }

    package func enqueue(_ intake: WebhookIntake, _ lease: SubscriptionLease) async throws -> Bool {
        try await write("enqueue") { $0.enqueue(intake, lease, at: $1) }
    }

    package func redeliver(_ news: WebhookNews, to subscription: String) async throws -> Bool {
        try await write("redeliver") { $0.redeliver(news, to: subscription, at: $1) }
    }

    package func webhookQueue(of subscription: String, limit: Int) async throws -> WebhookQueue {
        try await read("webhookQueue") { $0.webhookQueue(of: subscription, limit: limit, at: $1) }
    }

    package func record(_ attempt: WebhookAttempt, _ lease: SubscriptionLease) async throws -> Bool {
        try await write("recordAttempt") { $0.record(attempt, lease, at: $1) }
    }

    package func webhookDeliveries(
        of subscription: String, state: WebhookDelivery.State?, before mark: HistoryMark?, limit: Int
    ) async throws -> [WebhookDelivery] {
        try await read("webhookDeliveries") { database, _ in
            database.webhookDeliveries(of: subscription, state: state, before: mark, limit: limit)
        }
    }
}
