import JSONValue

/// A question about the ledger: what attempts have cost, summed by one property.
package struct CostQuery: Sendable, Hashable {
    package enum Group: String, Sendable, Hashable, CaseIterable {
        /// Days of UTC, as `2026-11-27`, in their order. All others: what cost most comes first, then by name.
        case day
        case endpoint, stage, model, post
    }

    package var group: Group
    /// From this moment on, and before that one.
    package var since: Timestamp
    package var until: Timestamp
    /// Only this post's.
    package var post: PostID?
    package var limit: Int

    package init(
        by group: Group, since: Timestamp = Timestamp(microseconds: 0), until: Timestamp = .farFuture,
        post: PostID? = nil, limit: Int = 1000
    ) {
        self.group = group
        self.since = since
        self.until = until
        self.post = post
        self.limit = limit
    }
}

/// A line of the answer.
package struct CostSum: Sendable, Hashable {
    /// The day, or the endpoint's, stage's, model's name, or the post's number.
    package var name: String
    package var attempts: Int
    package var inputTokens: Int64
    package var outputTokens: Int64
    package var microdollars: Int64

    package init(name: String, attempts: Int, inputTokens: Int64, outputTokens: Int64, microdollars: Int64) {
        self.name = name
        self.attempts = attempts
        self.inputTokens = inputTokens
        self.outputTokens = outputTokens
        self.microdollars = microdollars
    }
}

extension Timestamp {
    /// Later than anything that is stored: the end of the year 2200.
    package static let farFuture = Timestamp(microseconds: 7_289_654_400_000_000)
}
