import JSONValue

/// Which posts a list or an operation on many means. Empty members mean any.
package struct PostFilter: Sendable, Hashable {
    package var stage: String?
    package var status: String?
    package var community: String?
    /// Case-insensitive part of the title.
    package var text: String?
    package var waitsFor: PostState.WaitsFor?
    /// The digest of the chart that they run on.
    package var chart: String?
    /// Whether the post itself is held.
    package var isHeld: Bool?
    package var ids: [PostID] = []

    package init() {}
}

/// A post in a list.
package struct PostSummary: Sendable, Hashable {
    package var row: PostRow
    package var community: String
    package var title: String
    package var createdAt: Timestamp
    /// When its last macrostep was committed.
    package var changedAt: Timestamp

    package init(row: PostRow, community: String, title: String, createdAt: Timestamp, changedAt: Timestamp) {
        self.row = row
        self.community = community
        self.title = title
        self.createdAt = createdAt
        self.changedAt = changedAt
    }
}

/// Everything about one post, read in one transaction.
package struct PostDetail: Sendable, Hashable {
    package var row: PostRow
    /// Nil when it was purged.
    package var submission: Submission?
    package var jobs: [JobRow]
    package var timers: [TimerRow]
    package var comments: [CommentRow]
    /// Inbox events not yet consumed.
    package var pendingEvents: Int
    /// When its last macrostep was committed.
    package var changedAt: Timestamp?
    /// The database's clock when it was read.
    package var at: Timestamp

    package init(
        row: PostRow, submission: Submission?, jobs: [JobRow], timers: [TimerRow], comments: [CommentRow],
        pendingEvents: Int, changedAt: Timestamp? = nil, at: Timestamp
    ) {
        self.row = row
        self.changedAt = changedAt
        self.submission = submission
        self.jobs = jobs
        self.timers = timers
        self.comments = comments
        self.pendingEvents = pendingEvents
        self.at = at
    }
}

/// How many posts stand where.
package struct QueueCount: Sendable, Hashable {
    package var stage: String
    package var status: String
    package var count: Int
    /// When the post that stands there longest was last changed.
    package var oldest: Timestamp?

    package init(stage: String, status: String, count: Int, oldest: Timestamp?) {
        self.stage = stage
        self.status = status
        self.count = count
        self.oldest = oldest
    }
}

/// A row of the view `stuck_posts`.
package struct StuckPost: Sendable, Hashable {
    package var post: PostID
    /// `nothing_wakes_it`, `overdue_timer`, `unserved_job`, `overdue_job`, `overdue_event`.
    package var reason: String
    package var since: Timestamp

    package init(post: PostID, reason: String, since: Timestamp) {
        self.post = post
        self.reason = reason
        self.since = since
    }
}

/// A line of the audit log.
package struct AuditRow: Sendable, Hashable {
    package var actor: String
    package var action: String
    package var subject: String
    package var detail: JSONObject

    package init(actor: String, action: String, subject: String, detail: JSONObject) {
        self.actor = actor
        self.action = action
        self.subject = subject
        self.detail = detail
    }
}

/// A remembered answer to a request with an idempotency key.
package struct Receipt: Sendable, Hashable {
    package var scope: String
    package var id: String
    package var bodyHash: String
    /// What was answered: `{status, body}`.
    package var answer: JSON

    package init(scope: String, id: String, bodyHash: String, answer: JSON) {
        self.scope = scope
        self.id = id
        self.bodyHash = bodyHash
        self.answer = answer
    }
}
