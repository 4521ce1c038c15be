import JSONValue

/// One row per live job: the latest attempt, its phase, and what wakes it. The queue's index, not its memory: the row
/// goes when the job ends.
package struct JobRow: Sendable, Hashable {
    package enum Phase: String, Sendable, Hashable, CaseIterable {
        /// Ready to be assigned, from ``JobRow/readyAt`` on.
        case waiting
        /// Assigned; its request is going out, or is answered on the connection. Owned by a node and an epoch.
        case starting
        /// The endpoint has it and will call back. It has no owner.
        case accepted
    }

    package var key: JobKey
    package var invocation: String
    /// The capability that an endpoint must have.
    package var source: String
    package var stage: String
    package var input: JSONObject
    package var phase: Phase
    /// The latest assigned attempt, 0 before the first. Goes up by one with each assignment, for ever.
    package var attempt: Int
    package var endpoint: String?
    /// Epoch of the endpoint's lease under which the attempt was assigned.
    package var epoch: Int64?
    package var priority: Int
    package var community: String
    /// Since when the job has been waiting.
    package var queuedAt: Timestamp
    /// Not to be assigned before (backoff after a fault of the endpoint).
    package var readyAt: Timestamp
    /// The moment at which silence, the total limit or the queueing limit ends the wait. Every live job has one.
    package var wakeAt: Timestamp
    /// The end of the total clock of the current attempt; progress moves ``wakeAt``, never this.
    package var deadline: Timestamp?
    package var assignedAt: Timestamp?
    package var lastHeardAt: Timestamp?
    /// Total time from assignment, in microseconds.
    package var timeoutMicroseconds: Int64
    /// The endpoint's own id for the attempt.
    package var remoteID: String?
    package var progress: JSONObject
    /// Whether its post is held: it waits, and is not offered to anybody.
    package var isHeld: Bool

    package init(
        key: JobKey, invocation: String, source: String, stage: String, input: JSONObject, phase: Phase, attempt: Int,
        endpoint: String? = nil, epoch: Int64? = nil, priority: Int, community: String, queuedAt: Timestamp,
        readyAt: Timestamp, wakeAt: Timestamp, deadline: Timestamp? = nil, assignedAt: Timestamp? = nil,
        lastHeardAt: Timestamp? = nil, timeoutMicroseconds: Int64, remoteID: String? = nil, progress: JSONObject = [:],
        isHeld: Bool = false
    ) {
        self.key = key
        self.invocation = invocation
        self.source = source
        self.stage = stage
        self.input = input
        self.phase = phase
        self.attempt = attempt
        self.endpoint = endpoint
        self.epoch = epoch
        self.priority = priority
        self.community = community
        self.queuedAt = queuedAt
        self.readyAt = readyAt
        self.wakeAt = wakeAt
        self.deadline = deadline
        self.assignedAt = assignedAt
        self.lastHeardAt = lastHeardAt
        self.timeoutMicroseconds = timeoutMicroseconds
        self.remoteID = remoteID
        self.progress = progress
        self.isHeld = isHeld
    }
}

extension JobRow {
    /// How much of waiting is worth a point of priority: six seconds, so that an hour is worth six hundred.
    package static let microsecondsOfPriority: Int64 = 6_000_000

    /// Where a waiting job stands among those of its community, the least first: at the moment (Unix microseconds) when
    /// it began to wait, earlier by what its priority is worth. The order of two jobs never changes by waiting, and
    /// nobody waits for ever. Stores have it as an index.
    package var claimOrder: Int64 { queuedAt.microseconds - Int64(priority) * Self.microsecondsOfPriority }
}
