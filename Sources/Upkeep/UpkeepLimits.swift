/// How long things are kept, and at what pace the rest is removed.
package struct UpkeepLimits: Sendable, Hashable {
    /// Posts that have ended, and history, for this long after their last macrostep.
    package var finished: Duration = .seconds(90 * 86_400)
    /// Texts of posts that have ended, and raw deliveries.
    package var texts: Duration = .seconds(30 * 86_400)
    /// The ledger of costs, the audit, and what remains of purged posts.
    package var ledger: Duration = .seconds(400 * 86_400)
    /// Outgoing webhooks that have ended.
    package var webhooks: Duration = .seconds(30 * 86_400)
    /// Where finished posts are written before they are purged; nil: nowhere.
    package var archiveFolder: String?
    /// Posts in one transaction.
    package var batch = 500
    /// The least pause between two transactions. It is never shorter than the transaction before it was, so that the
    /// upkeep takes at most half of one connection.
    package var pause: Duration = .milliseconds(20)

    package init() {}
}
