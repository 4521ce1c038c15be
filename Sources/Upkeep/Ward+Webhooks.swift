import JSONValue
import Store

extension Ward {
    private static let patience = Duration.seconds(3600)

    /// Outside systems that are told nothing any more, or do not take what they are told. What somebody disabled is as
    /// somebody wanted it.
    static func webhooks(_ rows: [SubscriptionRow], now: Timestamp) -> [Complaint] {
        rows.compactMap { row in
            guard let since = row.failingSince else { return nil }
            if row.state == .disabled {
                return Complaint(
                    .webhookDisabled, subject: row.id, since: since,
                    text: "the webhook \(row.id)\(row.words) is disabled and told nothing", cause: row.reason,
                    mend: "mend its receiver, then: rejoinder webhook subscriptions enable \(row.id)")
            }
            guard now - since > patience else { return nil }
            return Complaint(
                .webhookFailing, subject: row.id, since: since,
                text: "the webhook \(row.id)\(row.words) takes nothing; what it misses is kept and tried again",
                cause: "every attempt has failed: rejoinder webhook subscriptions deliveries \(row.id)",
                mend: "mend its receiver, then try it: rejoinder webhook subscriptions test \(row.id)")
        }
    }
}

extension SubscriptionRow {
    fileprivate var words: String { terms.label.isEmpty ? "" : " (\(terms.label))" }
}
