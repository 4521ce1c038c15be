import JSONValue

/// A place in the history by time: what it is past of has been read.
package struct HistoryMark: Sendable, Hashable, Comparable {
    package var at: Timestamp
    package var post: PostID
    package var revision: Int64

    /// Without a post: before everything of that moment.
    package init(at: Timestamp, post: PostID = PostID(0), revision: Int64 = 0) {
        self.at = at
        self.post = post
        self.revision = revision
    }

    package static func < (left: HistoryMark, right: HistoryMark) -> Bool {
        (left.at, left.post, left.revision) < (right.at, right.post, right.revision)
    }
}

/// What the history says of a macrostep, without its payload, guards and effects.
package struct HistoryStep: Sendable, Hashable {
    package var post: PostID
    package var revision: Int64
    package var at: Timestamp
    package var event: String
    package var actor: String
    package var from: [String]
    package var to: [String]
    package var chart: String
    /// Whether a broken macrostep parked the post.
    package var isParked: Bool

    package init(
        post: PostID, revision: Int64, at: Timestamp, event: String, actor: String, from: [String], to: [String],
        chart: String, isParked: Bool
    ) {
        self.post = post
        self.revision = revision
        self.at = at
        self.event = event
        self.actor = actor
        self.from = from
        self.to = to
        self.chart = chart
        self.isParked = isParked
    }

    package init(_ row: TransitionRow) {
        self.init(
            post: row.post, revision: row.revision, at: row.at, event: row.event, actor: row.actor, from: row.from,
            to: row.to, chart: row.chart, isParked: row.problem != nil)
    }

    package var mark: HistoryMark { HistoryMark(at: at, post: post, revision: revision) }
}

/// Up to when the history is complete.
package struct SettledHistory: Sendable, Hashable {
    /// The database's clock when it was asked.
    package var now: Timestamp
    /// Whoever looks from now on sees all macrosteps before this moment that there will ever be: transactions under way
    /// are at it or after it.
    package var horizon: Timestamp

    package init(now: Timestamp, horizon: Timestamp) {
        self.now = now
        self.horizon = horizon
    }
}
