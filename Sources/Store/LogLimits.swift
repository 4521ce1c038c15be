import JSONValue

/// How long rows of the logs are kept: those before these moments may go.
package struct LogLimits: Sendable, Hashable {
    /// Raw deliveries; for stores without partitions.
    package var deliveries: Timestamp
    /// The ledger of costs, the audit, and what remains of purged posts.
    package var ledger: Timestamp
    /// Outgoing webhooks that have ended.
    package var webhooks: Timestamp

    package init(deliveries: Timestamp, ledger: Timestamp, webhooks: Timestamp) {
        self.deliveries = deliveries
        self.ledger = ledger
        self.webhooks = webhooks
    }
}
