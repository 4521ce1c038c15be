import JSONValue

/// The hot row of a post: its state, small, rewritten by each macrostep.
package struct PostRow: Sendable, Hashable {
    package var id: PostID
    /// Counts the committed macrosteps. A write names the revision it was made from; when it is no longer the current
    /// one, the write loses.
    package var revision: Int64
    package var state: PostState

    package init(id: PostID, revision: Int64, state: PostState) {
        self.id = id
        self.revision = revision
        self.state = state
    }
}

/// All columns of a post that a macrostep may change.
package struct PostState: Sendable, Hashable {
    /// Digest of the chart that this instance runs on until it is migrated on purpose.
    package var chart: String
    /// Paths of the active atomic states, in document order.
    package var configuration: [String]
    package var context: JSONObject
    /// The interpreter's memory: history, timers, jobs, counters (`Snapshot.memory`).
    package var memory: JSON
    /// Higher goes first. Fixed by the scanner; changes only when somebody re-prioritises.
    package var priority: Int
    package var stage: String
    package var status: String
    package var assignedTo: String?
    package var assignedAt: Timestamp?
    /// When the present stage last completed.
    package var processedAt: Timestamp?
    package var retryCount: Int
    /// What the state needs to go on.
    package var waitsFor: WaitsFor
    /// Small facts for lists and pages (`queue_results` and `submissions` hold the texts); why a post is parked.
    package var metadata: JSONObject

    /// What a post in this state waits for; the view `stuck_posts` checks that it is there.
    package enum WaitsFor: String, Sendable, Hashable, CaseIterable {
        /// A due timer or a job with a deadline.
        case work
        /// A state that the chart marks as waiting for a person, or a post parked after a broken macrostep.
        case person
        /// Nothing: a final state.
        case nothing
    }

    package init(
        chart: String, configuration: [String], context: JSONObject, memory: JSON, priority: Int, stage: String,
        status: String, assignedTo: String? = nil, assignedAt: Timestamp? = nil, processedAt: Timestamp? = nil,
        retryCount: Int = 0, waitsFor: WaitsFor, metadata: JSONObject = [:]
    ) {
        self.chart = chart
        self.configuration = configuration
        self.context = context
        self.memory = memory
        self.priority = priority
        self.stage = stage
        self.status = status
        self.assignedTo = assignedTo
        self.assignedAt = assignedAt
        self.processedAt = processedAt
        self.retryCount = retryCount
        self.waitsFor = waitsFor
        self.metadata = metadata
    }
}
