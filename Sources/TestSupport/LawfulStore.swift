import Store
import Testing

/// A store that looks after every commit whether a post is stuck, and records an issue when one is.
package final class LawfulStore: StoreWrapper {
    package let base: any Store
    private let reasons: Set<String>?
    private let complaint: @Sendable (PostDetail) -> String?

    /// `reasons` are those of `stuck_posts` that count, nil means all: where a test moves the clock, what is due is
    /// overdue until it has been taken. `complaint` says what else is wrong with a post that was just written.
    package init(
        _ base: any Store, reasons: Set<String>? = nil,
        complaint: @escaping @Sendable (PostDetail) -> String? = { _ in nil }
    ) {
        self.base = base
        self.reasons = reasons
        self.complaint = complaint
    }

    package func commit(_ batch: Batch) async throws -> CommitResult {
        let result = try await base.commit(batch)
        for stuck in try await base.stuckPosts(limit: 10) where reasons?.contains(stuck.reason) ?? true {
            let events = batch.writes.flatMap(\.transitions).map { "\($0.post) \($0.event)" }
            Issue.record("post \(stuck.post) is stuck (\(stuck.reason)) after the commit of \(events)")
        }
        for post in result.winners {
            guard let detail = try await base.post(post), let text = complaint(detail) else { continue }
            Issue.record("post \(post): \(text)")
        }
        return result
    }
}
