import JSONValue

/// A hold on more than one post: nothing that it covers is assigned until it is released. What runs already goes on.
package struct HoldRow: Sendable, Hashable {
    package enum Scope: String, Sendable, Hashable, CaseIterable {
        /// All jobs; its name is empty.
        case everything
        /// Jobs of a stage.
        case stage
        /// Jobs of a community's posts.
        case community
        /// What an endpoint would get. Others that can do the same go on.
        case endpoint
    }

    package var scope: Scope
    package var name: String
    package var reason: String
    /// Who holds, as in the history.
    package var actor: String
    /// Set by the store when it writes.
    package var createdAt: Timestamp

    package init(
        scope: Scope, name: String, reason: String, actor: String, createdAt: Timestamp = Timestamp(microseconds: 0)
    ) {
        self.scope = scope
        self.name = name
        self.reason = reason
        self.actor = actor
        self.createdAt = createdAt
    }
}

extension HoldRow {
    /// How the audit log names it: `stage:research`, `everything`.
    package var subject: String { name.isEmpty ? scope.rawValue : "\(scope.rawValue):\(name)" }
}

/// Holds on stages, communities, endpoints and everything. A hold on one post is a write of that post.
package protocol StoreHolds: Sendable {
    /// All holds, by scope and name. Few: read whole.
    func holds() async throws -> [HoldRow]
    /// Holds, or changes the reason of a hold that is there (its time stays), with a row in the audit log, in one
    /// transaction. Returns the row as it stands.
    func hold(_ hold: HoldRow) async throws -> HoldRow
    /// Ends a hold, with a row in the audit log, in one transaction. False when there was none: nothing is written.
    func release(_ scope: HoldRow.Scope, name: String, actor: String, reason: String) async throws -> Bool

    /// Waiting jobs (of no held post) that a hold covers, by key, beginning after `cursor`; a nil member of the filter
    /// means any.
    func waitingJobs(_ filter: WaitingJobs, after cursor: JobKey?, limit: Int) async throws -> [JobRow]
    /// Lets the queue clocks of waiting jobs run anew, each for its own time in microseconds from now. A job whose clock
    /// is no longer as it was read stays as it is. Returns how many were moved on.
    func postpone(_ jobs: [PostponedJob]) async throws -> Int
}

/// Which waiting jobs are meant.
package struct WaitingJobs: Sendable, Hashable {
    package var stage: String?
    package var community: String?
    package var sources: [String]?

    package init(stage: String? = nil, community: String? = nil, sources: [String]? = nil) {
        self.stage = stage
        self.community = community
        self.sources = sources
    }
}

/// A waiting job, its clock as it was read, and how long it may wait from now on.
package struct PostponedJob: Sendable, Hashable {
    package var key: JobKey
    package var wakeAt: Timestamp
    package var queueMicroseconds: Int64

    package init(key: JobKey, wakeAt: Timestamp, queueMicroseconds: Int64) {
        self.key = key
        self.wakeAt = wakeAt
        self.queueMicroseconds = queueMicroseconds
    }
}
