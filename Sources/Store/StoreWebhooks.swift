import JSONValue

/// Subscriptions of outside systems, and what they are told. Nothing here is on the way of a macrostep: news are found in
/// the history, after it was committed.
package protocol StoreWebhooks: Sendable {
    /// All, in the order in which they were made. Few: read whole.
    func subscriptions() async throws -> [SubscriptionRow]
    func subscription(_ id: String) async throws -> SubscriptionRow?
    /// Makes an active one, which hears of what is committed from now on, with a row in the audit log, in one
    /// transaction.
    func subscribe(
        _ id: String, _ terms: SubscriptionTerms, secret: SubscriptionRow.Secret, actor: String
    ) async throws -> SubscriptionRow
    /// Changes one, with a row in the audit log, in one transaction. Nil when there is none.
    func change(subscription id: String, _ change: SubscriptionChange, actor: String) async throws -> SubscriptionRow?
    /// Removes one, with a row in the audit log, in one transaction; its deliveries go with ``StoreUpkeep/trimLogs(_:slice:)``.
    /// False when there was none.
    func unsubscribe(_ id: String, actor: String) async throws -> Bool

    /// Gives a node, for a time, all active subscriptions that nobody has, or that it has already; those that are new to
    /// it under a new epoch. Returns all that it has.
    func claimSubscriptions(node: String, microseconds: Int64) async throws -> [SubscriptionRow]
    /// Gives them up at once.
    func releaseSubscriptions(node: String) async throws

    /// Up to when the history is complete, whatever transactions are under way.
    func settledHistory() async throws -> SettledHistory
    /// Macrosteps after a place and before a moment, in the order of their marks. Where history is dropped by age, the
    /// history that outlived its age is left out.
    func steps(after mark: HistoryMark, before end: Timestamp, limit: Int) async throws -> [HistoryStep]

    /// Puts news into the queue of a subscription, and moves its place in the history, in one transaction. False (and
    /// nothing changed) when the lease does not hold any more, or the subscription is disabled.
    func enqueue(_ intake: WebhookIntake, _ lease: SubscriptionLease) async throws -> Bool
    /// Puts one into the queue anew, whether it has ended or was never there. False when there is no such subscription.
    func redeliver(_ news: WebhookNews, to subscription: String) async throws -> Bool
    /// What there is to send; nothing for a disabled one.
    func webhookQueue(of subscription: String, limit: Int) async throws -> WebhookQueue
    /// Writes what came of an attempt, and what follows for the subscription (with a row in the audit log when it is
    /// disabled), in one transaction. An attempt of a delivery that has ended leaves it as it is. Whether there may be
    /// another one: false when the lease does not hold any more (then nothing changed), or the subscription is disabled.
    func record(_ attempt: WebhookAttempt, _ lease: SubscriptionLease) async throws -> Bool
    /// The latest first, beginning after (that is, before) a place; any state when none is given.
    func webhookDeliveries(
        of subscription: String, state: WebhookDelivery.State?, before mark: HistoryMark?, limit: Int
    ) async throws -> [WebhookDelivery]
}
