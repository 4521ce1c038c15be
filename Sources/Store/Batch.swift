import JSONValue

/// One transaction: the writes of all events that were ready. Each write wins or loses alone, by its post's revision.
package struct Batch: Sendable {
    /// Random; stands in every history row of the batch, so that a commit in doubt can be looked up.
    package var id: String
    package var writes: [PostWrite]

    package init(id: String, writes: [PostWrite]) {
        self.id = id
        self.writes = writes
    }
}

/// All that one or several macrosteps of one post change. A post stands in a batch once.
package struct PostWrite: Sendable {
    package var post: PostID
    /// The revision that the macrosteps were made from; 0 creates the post (and loses when it exists).
    package var expectedRevision: Int64
    /// Given exactly when the post is created.
    package var submission: Submission?
    package var state: PostState
    /// The macrosteps in order; the new revision is `expectedRevision + transitions.count`. Never empty.
    package var transitions: [TransitionRow]
    package var jobs: [JobWrite] = []
    package var timers: [TimerWrite] = []
    package var results: [ResultRow] = []
    package var comments: [CommentRow] = []
    package var limits: [LimitWrite] = []
    package var deliveries: [DeliveryRow] = []
    package var costs: [CostRow] = []
    /// Inbox rows that these macrosteps consumed. One that is not there any more makes the write lose: another node's
    /// macrostep has consumed it.
    package var consumedInbox: [Int64] = []
    /// Jobs that these macrosteps end because their clocks have run out. One that was heard of since makes the write
    /// lose.
    package var expired: [ExpiredJob] = []
    /// Events for other posts.
    package var emitted: [InboxEvent] = []
    /// Leases that must still be held when this is written. One that is not fails the whole batch with
    /// ``StoreError/Code/staleLease`` and the endpoint's name: nothing is written.
    package var fences: [Lease] = []

    package init(
        post: PostID, expectedRevision: Int64, submission: Submission? = nil, state: PostState,
        transitions: [TransitionRow]
    ) {
        self.post = post
        self.expectedRevision = expectedRevision
        self.submission = submission
        self.state = state
        self.transitions = transitions
    }
}

/// A job whose clock has run out, and when it was to be woken as the clock was read.
package struct ExpiredJob: Sendable, Hashable {
    package var number: Int
    package var wakeAt: Timestamp

    package init(number: Int, wakeAt: Timestamp) {
        self.number = number
        self.wakeAt = wakeAt
    }
}

/// What became of a batch.
package struct CommitResult: Sendable {
    /// Posts whose writes are now durable. All others lost to a newer revision and left no trace.
    package var winners: Set<PostID>
    /// The database's clock within the transaction.
    package var at: Timestamp

    package init(winners: Set<PostID>, at: Timestamp) {
        self.winners = winners
        self.at = at
    }
}
