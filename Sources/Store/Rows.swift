import JSONValue

/// A live timer.
package struct TimerRow: Sendable, Hashable {
    package var post: PostID
    package var name: String
    package var occurrence: Int
    package var due: Timestamp

    package init(post: PostID, name: String, occurrence: Int, due: Timestamp) {
        self.post = post
        self.name = name
        self.occurrence = occurrence
        self.due = due
    }
}

/// A validated stage result. Texts live here and can be purged; the history holds facts only.
package struct ResultRow: Sendable, Hashable {
    package var post: PostID
    package var stage: String
    package var result: JSON
    /// SHA-256 of the result's canonical text; stays when the result is purged.
    package var hash: String
    /// Which attempt made it: `<post>-<job>/<attempt>`.
    package var attempt: String
    /// Set by the store when it writes.
    package var createdAt: Timestamp

    package init(
        post: PostID, stage: String, result: JSON, hash: String, attempt: String,
        createdAt: Timestamp = Timestamp(microseconds: 0)
    ) {
        self.post = post
        self.stage = stage
        self.result = result
        self.hash = hash
        self.attempt = attempt
        self.createdAt = createdAt
    }
}

/// What we send to Reddit: the outbox. At most one live (not `cancelled`, not `failed`) per account and post.
package struct CommentRow: Sendable, Hashable {
    package enum State: String, Sendable, Hashable, CaseIterable {
        case queued, sending, posted, invisible, unknown, failed, cancelled
    }

    package var account: String
    package var post: PostID
    package var state: State
    /// The job attempt that acts for it: `<post>-<job>/<attempt>`.
    package var attempt: String
    /// Our mark in the footer, by which reconciliation finds the comment.
    package var mark: String
    package var bodyHash: String
    /// Reddit's fullname once it is known.
    package var commentID: String?
    /// The attempts so far and what they met. An empty one leaves what is stored as it is.
    package var detail: JSONObject
    /// Set by the store when it writes.
    package var updatedAt: Timestamp

    package init(
        account: String, post: PostID, state: State, attempt: String, mark: String, bodyHash: String,
        commentID: String? = nil, detail: JSONObject = [:], updatedAt: Timestamp = Timestamp(microseconds: 0)
    ) {
        self.account = account
        self.post = post
        self.state = state
        self.attempt = attempt
        self.mark = mark
        self.bodyHash = bodyHash
        self.commentID = commentID
        self.detail = detail
        self.updatedAt = updatedAt
    }
}

/// A rate limit's reservation: the next free moment of an account or a community. Never moves back.
package struct LimitWrite: Sendable, Hashable {
    package var key: String
    package var nextAt: Timestamp

    package init(key: String, nextAt: Timestamp) {
        self.key = key
        self.nextAt = nextAt
    }
}

/// An inbound webhook as it arrived. A log: nothing is looked up in it to decide.
package struct DeliveryRow: Sendable, Hashable {
    package enum Verdict: String, Sendable, Hashable { case counted, duplicate, stale, conflict, progress }

    package var job: JobKey
    package var attempt: Int
    package var deliveryID: String
    package var bodyHash: String
    package var body: [UInt8]
    package var verdict: Verdict
    /// Set by the store when it writes.
    package var receivedAt: Timestamp

    package init(
        job: JobKey, attempt: Int, deliveryID: String, bodyHash: String, body: [UInt8], verdict: Verdict,
        receivedAt: Timestamp = Timestamp(microseconds: 0)
    ) {
        self.job = job
        self.attempt = attempt
        self.deliveryID = deliveryID
        self.bodyHash = bodyHash
        self.body = body
        self.verdict = verdict
        self.receivedAt = receivedAt
    }
}

/// One line of the ledger: what one attempt used and cost.
package struct CostRow: Sendable, Hashable {
    package var post: PostID
    package var stage: String
    package var attempt: String
    package var endpoint: String
    package var model: String
    package var inputTokens: Int
    package var outputTokens: Int
    /// Millionths of a US dollar: sums stay exact.
    package var microdollars: Int64

    package init(
        post: PostID, stage: String, attempt: String, endpoint: String, model: String, inputTokens: Int,
        outputTokens: Int, microdollars: Int64
    ) {
        self.post = post
        self.stage = stage
        self.attempt = attempt
        self.endpoint = endpoint
        self.model = model
        self.inputTokens = inputTokens
        self.outputTokens = outputTokens
        self.microdollars = microdollars
    }
}

/// An event for a post from another post, a tool or an operation; handled as that post's own event.
package struct InboxEvent: Sendable, Hashable {
    /// Set by the store when it writes.
    package var id: Int64
    package var post: PostID
    package var event: String
    package var data: JSONObject
    package var actor: String

    package init(id: Int64 = 0, post: PostID, event: String, data: JSONObject, actor: String) {
        self.id = id
        self.post = post
        self.event = event
        self.data = data
        self.actor = actor
    }
}
