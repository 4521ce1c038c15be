import JSONValue

/// What one subscription is told of one macrostep, and how far that is.
package struct WebhookDelivery: Sendable, Hashable {
    package enum State: String, Sendable, Hashable, CaseIterable { case pending, delivered, failed }

    package var subscription: String
    package var news: WebhookNews
    package var state: State
    /// Attempts that were made.
    package var attempts: Int
    /// When the next attempt is due; means nothing once it has ended.
    package var nextAt: Timestamp
    /// The last attempt's answer; nil when there was none.
    package var status: Int?
    /// What the last attempt came to, for people.
    package var detail: String
    package var queuedAt: Timestamp
    package var firstTriedAt: Timestamp?
    package var lastTriedAt: Timestamp?
    package var endedAt: Timestamp?

    package init(
        subscription: String, news: WebhookNews, state: State = .pending, attempts: Int = 0, nextAt: Timestamp,
        status: Int? = nil, detail: String = "", queuedAt: Timestamp, firstTriedAt: Timestamp? = nil,
        lastTriedAt: Timestamp? = nil, endedAt: Timestamp? = nil
    ) {
        self.subscription = subscription
        self.news = news
        self.state = state
        self.attempts = attempts
        self.nextAt = nextAt
        self.status = status
        self.detail = detail
        self.queuedAt = queuedAt
        self.firstTriedAt = firstTriedAt
        self.lastTriedAt = lastTriedAt
        self.endedAt = endedAt
    }

    package var mark: HistoryMark { HistoryMark(at: news.at, post: news.post, revision: news.revision) }
}

/// What there is to tell: the event's type and data, made from a macrostep.
package struct WebhookNews: Sendable, Hashable {
    package var post: PostID
    package var revision: Int64
    /// When the macrostep was committed.
    package var at: Timestamp
    package var type: String
    /// Nil once the delivery has ended: it can be made again from the history.
    package var data: JSONObject?

    package init(post: PostID, revision: Int64, at: Timestamp, type: String, data: JSONObject?) {
        self.post = post
        self.revision = revision
        self.at = at
        self.type = type
        self.data = data
    }
}

/// Who may write about a subscription: its owner, under an epoch.
package struct SubscriptionLease: Sendable, Hashable {
    package var id: String
    package var node: String
    package var epoch: Int64

    package init(id: String, node: String, epoch: Int64) {
        self.id = id
        self.node = node
        self.epoch = epoch
    }
}

/// News found in the history, and how far it has been read for it.
package struct WebhookIntake: Sendable, Hashable {
    package enum Progress: Sendable, Hashable {
        /// Deliveries that are there already stay as they are.
        case read(HistoryMark)
        /// Those that have ended begin anew. Nil: the replay is over.
        case replayed(HistoryMark?)
    }

    package var news: [WebhookNews]
    package var progress: Progress

    package init(_ news: [WebhookNews], _ progress: Progress) {
        self.news = news
        self.progress = progress
    }
}

/// What is to be sent now, and what is not.
package struct WebhookQueue: Sendable, Hashable {
    /// The database's clock.
    package var now: Timestamp
    /// Those that are due, the longest due first.
    package var due: [WebhookDelivery]
    /// How many have not ended, due or not.
    package var pending: Int
    /// When the earliest of those that are not due is.
    package var nextAt: Timestamp?

    package init(now: Timestamp, due: [WebhookDelivery], pending: Int, nextAt: Timestamp?) {
        self.now = now
        self.due = due
        self.pending = pending
        self.nextAt = nextAt
    }
}

/// What came of one attempt.
package struct WebhookAttempt: Sendable, Hashable {
    package enum Fate: Sendable, Hashable {
        case delivered
        case again(afterMicroseconds: Int64)
        case failed
    }

    package var post: PostID
    package var revision: Int64
    package var status: Int?
    package var detail: String
    package var fate: Fate
    /// For how long the receiver asked not to be called at all, in microseconds.
    package var pauseMicroseconds: Int64?
    /// Why the whole subscription gets nothing more; nil when it goes on.
    package var disable: String?

    package init(
        post: PostID, revision: Int64, status: Int?, detail: String, fate: Fate, pauseMicroseconds: Int64? = nil,
        disable: String? = nil
    ) {
        self.post = post
        self.revision = revision
        self.status = status
        self.detail = detail
        self.fate = fate
        self.pauseMicroseconds = pauseMicroseconds
        self.disable = disable
    }
}
