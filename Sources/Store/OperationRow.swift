import JSONValue

/// An operation on many posts: what somebody asked for, and how far it is.
package struct OperationRow: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        /// Events of the chart by these names.
        case retry, cancel
        /// Any other event from outside: `event` and `data` in the parameters.
        case event
        /// A hold on each post, and its end.
        case pause, resume
        /// Another priority: `set` or `add` in the parameters.
        case reprioritise
        /// To another version of the chart: `mapping` (the file's text) and `back` in the parameters.
        case migrate
    }

    package enum State: String, Sendable, Hashable, CaseIterable {
        case pending, running
        /// It was asked to stop, and stops after the posts that it has in hand.
        case aborting
        case aborted, done
        /// It cannot go on: ``OperationRow/problems`` says why.
        case failed

        package var isOpen: Bool { self == .pending || self == .running || self == .aborting }
    }

    /// Set by the store when it creates the row.
    package var id: Int64
    package var kind: Kind
    package var filter: PostFilter
    package var parameters: JSONObject
    package var reason: String
    package var actor: String
    package var state: State
    /// How many posts matched as it was asked for.
    package var total: Int
    package var progress: Progress
    /// The post that was last worked on. The way leads from the newest to the oldest.
    package var cursor: PostID?
    /// The first posts that could not be worked on, `{"post", "problem"}`; at most ``problemLimit``.
    package var problems: [JSON]
    package var owner: String?
    /// Goes up with each owner; progress names it.
    package var epoch: Int64
    package var createdAt: Timestamp
    package var startedAt: Timestamp?
    package var endedAt: Timestamp?

    package static let problemLimit = 10

    /// Posts worked on so far, by what became of them.
    package struct Progress: Sendable, Hashable {
        package var done = 0
        /// The post's state did not take it: nothing changed.
        package var skipped = 0
        package var failed = 0

        package init(done: Int = 0, skipped: Int = 0, failed: Int = 0) {
            self.done = done
            self.skipped = skipped
            self.failed = failed
        }

        package static func + (left: Progress, right: Progress) -> Progress {
            Progress(
                done: left.done + right.done, skipped: left.skipped + right.skipped, failed: left.failed + right.failed)
        }
    }

    package init(
        id: Int64 = 0, kind: Kind, filter: PostFilter, parameters: JSONObject, reason: String, actor: String,
        state: State = .pending, total: Int, progress: Progress = Progress(), cursor: PostID? = nil,
        problems: [JSON] = [], owner: String? = nil, epoch: Int64 = 0,
        createdAt: Timestamp = Timestamp(microseconds: 0), startedAt: Timestamp? = nil, endedAt: Timestamp? = nil
    ) {
        self.id = id
        self.kind = kind
        self.filter = filter
        self.parameters = parameters
        self.reason = reason
        self.actor = actor
        self.state = state
        self.total = total
        self.progress = progress
        self.cursor = cursor
        self.problems = problems
        self.owner = owner
        self.epoch = epoch
        self.createdAt = createdAt
        self.startedAt = startedAt
        self.endedAt = endedAt
    }
}

/// What an operation's owner has done since it last said so.
package struct OperationAdvance: Sendable, Hashable {
    package var id: Int64
    package var node: String
    package var epoch: Int64
    package var progress: OperationRow.Progress
    package var cursor: PostID?
    package var problems: [JSON]
    /// The end, when it is reached; nil goes on.
    package var end: OperationRow.State?
    /// How long the owner may go on without saying more.
    package var leaseMicroseconds: Int64

    package init(
        _ operation: OperationRow, node: String, progress: OperationRow.Progress = OperationRow.Progress(),
        cursor: PostID? = nil, problems: [JSON] = [], end: OperationRow.State? = nil, leaseMicroseconds: Int64
    ) {
        id = operation.id
        self.node = node
        epoch = operation.epoch
        self.progress = progress
        self.cursor = cursor
        self.problems = problems
        self.end = end
        self.leaseMicroseconds = leaseMicroseconds
    }
}

/// Operations on many posts.
package protocol StoreOperations: Sendable {
    /// How many posts match.
    func countPosts(_ filter: PostFilter) async throws -> Int
    /// Ids that match, newest first, beginning after (that is, below) `cursor`.
    func postIDs(_ filter: PostFilter, after cursor: PostID?, limit: Int) async throws -> [PostID]

    /// Creates a pending operation, with a row in the audit log, in one transaction.
    func create(_ operation: OperationRow) async throws -> OperationRow
    func operation(_ id: Int64) async throws -> OperationRow?
    /// Newest first, beginning after (below) `cursor`.
    func operations(after cursor: Int64?, limit: Int) async throws -> [OperationRow]
    /// Gives the oldest open operation that nobody works on to a node, for a time, under a new epoch; a pending one runs
    /// from now on.
    func claimOperation(node: String, microseconds: Int64) async throws -> OperationRow?
    /// Adds to an operation's progress, prolongs its owner's time, or ends it. Nil (and nothing changed) when the node
    /// is no longer its owner under this epoch, or its time has run out.
    func advance(_ advance: OperationAdvance) async throws -> OperationRow?
    /// Asks an open operation to stop, with a row in the audit log: a pending one is aborted at once. Nil when there is
    /// none; one that has ended stays as it is, without a row.
    func abortOperation(_ id: Int64, actor: String, reason: String) async throws -> OperationRow?
}
