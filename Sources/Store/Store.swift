import JSONValue

/// The storage seam: what the service asks of a database. Every implementation passes the same conformance suite.
///
/// All verbs may throw ``StoreError``. A verb that changes something has either done it durably when it returns, or (it
/// threw anything but `inDoubt`) has changed nothing. Times are the database's clock, never the caller's.
package protocol Store: StoreClaims, StoreReads, StoreHolds, StoreOperations, StoreUpkeep, StoreWebhooks {
    /// Applies embedded migrations under a lock; returns the names of those that were applied now.
    func migrate() async throws -> [String]

    /// The database's clock.
    func now() async throws -> Timestamp

    /// Hot rows, read without locks, in no order; ids that do not exist are left out.
    func posts(_ ids: [PostID]) async throws -> [PostRow]

    /// Writes a batch in one transaction: locks its posts in id order, keeps the writes whose expected revision is still
    /// the current one, and applies all parts of those.
    func commit(_ batch: Batch) async throws -> CommitResult

    /// After `inDoubt`: waits for the old transaction to end by locking the posts, then says for which of them the batch
    /// is in the history.
    func winners(of batch: String, posts: [PostID]) async throws -> Set<PostID>

    /// Puts events into the inbox; those for unknown posts are dropped. Returns how many were stored.
    func emit(_ events: [InboxEvent]) async throws -> Int

    /// One event for each post that matches, in one statement. Returns how many; with `dryRun` it only counts.
    func emit(toAll filter: PostFilter, event: String, data: JSONObject, actor: String, limit: Int, dryRun: Bool)
        async throws -> Int

    /// Logs deliveries that changed nothing (duplicates, stale ones, conflicts).
    func record(_ deliveries: [DeliveryRow]) async throws

    /// Remembers an answer; returns the one already remembered under the same scope and id, if any.
    func remember(_ receipt: Receipt) async throws -> Receipt?
    func receipt(scope: String, id: String) async throws -> Receipt?

    func record(_ audit: AuditRow) async throws

    /// Keeps a chart's source under its digest; a digest that is there stays as it is.
    func saveChart(digest: String, id: String, source: String) async throws
    func chartSource(digest: String) async throws -> String?
    /// Digests of the charts that are kept.
    func chartDigests() async throws -> [String]

    /// Makes the table of endpoints equal to the configuration; owner, epoch and `isDrained` of known ones stay.
    func reconcileEndpoints(_ endpoints: [EndpointRow]) async throws
    func setDrained(_ isDrained: Bool, endpoint: String) async throws -> Bool
    /// Changes what an endpoint may have at once and its preference, nil leaving each as it is, until the configuration is
    /// read again. False when there is no such endpoint.
    func set(maxConcurrent: Int?, preference: Int?, endpoint: String) async throws -> Bool

    /// Makes partitions ahead of time and forgets receipts past their time. Called at start and with each upkeep.
    func maintain() async throws

    /// Tells other nodes that there is work, after a commit. A hint: losing it costs time, never work.
    func notify(_ topics: Set<WakeUp>) async

    /// What other nodes (and this one) notify. Ends when the store is closed.
    func wakeUps() -> AsyncStream<WakeUp>

    /// Ends all connections; calls under way fail with `closed`.
    func close() async
}

/// Which loop of the engine should look.
package enum WakeUp: String, Sendable, Hashable, CaseIterable { case jobs, timers, inbox, endpoints, operations }

/// Finding work, bookkeeping of jobs, ownership of endpoints.
package protocol StoreClaims: Sendable {
    /// Timers whose due time has come, earliest first, at most `limit`, beginning after `cursor`.
    func dueTimers(after cursor: TimerRow?, limit: Int) async throws -> [TimerRow]
    /// Live jobs whose `wakeAt` has come, earliest first, beginning after `cursor`.
    func dueJobs(after cursor: JobRow?, limit: Int) async throws -> [JobRow]
    /// The earliest due time of any timer, and the earliest `wakeAt` of any live job.
    func nextDue() async throws -> (timer: Timestamp?, job: Timestamp?)

    /// Waiting jobs of these sources that may be assigned now, in the order of ``JobRow/claimOrder``.
    func readyJobs(sources: [String], limit: Int) async throws -> [JobRow]
    /// The first `each` such jobs of one source in each of at most `communities` communities, by their names' order as
    /// the store has it and after `community`.
    func readyJobs(
        source: String, after community: String?, communities: Int, each: Int
    ) async throws -> [JobRow]
    /// Jobs that an endpoint has now (`starting` or `accepted`), in their order, beginning after `cursor`.
    func runningKeys(endpoint: String, after cursor: JobKey?, limit: Int) async throws -> [JobKey]
    func job(_ key: JobKey) async throws -> JobRow?
    /// What reading the results of these jobs takes, in no order; jobs that are not there (any more) are left out.
    func files(_ keys: [JobKey]) async throws -> [JobFile]

    /// The endpoint accepted the attempt: `starting` becomes `accepted`. False (and nothing changed) when the job is no
    /// longer `starting` with this attempt and epoch.
    func recordAccepted(_ key: JobKey, attempt: Int, epoch: Int64, remoteID: String?) async throws -> Bool
    /// The same for many attempts; returns those that count.
    func recordAccepted(_ acceptances: [Acceptance]) async throws -> Set<JobKey>
    /// Progress of a live attempt: `lastHeardAt` is now, `wakeAt` moves on by the silence limit but not past the deadline.
    func recordProgress(_ key: JobKey, attempt: Int, silenceMicroseconds: Int64, progress: JSONObject) async throws
        -> Bool

    /// Inbox events, oldest first, beginning after an id.
    func inbox(after id: Int64, limit: Int) async throws -> [InboxEvent]

    func limits(_ keys: [String]) async throws -> [String: Timestamp]
    /// Draws the tokens of an endpoint's rate up to so many microseconds from now, before any of them is used: raises the
    /// limit ``EndpointRate/key(of:)``, under the lease. Returns how far ahead of now it stood before, in microseconds:
    /// what former owners have drawn.
    func drawTokens(_ lease: Lease, microseconds: Int64) async throws -> Int64
    /// What an endpoint has cost since the present day of UTC began.
    func spending(of endpoint: String) async throws -> EndpointSpending
    func comments(of post: PostID) async throws -> [CommentRow]

    /// Says that a node is alive; returns the database's clock.
    func heartbeat(node: String) async throws -> Timestamp
    /// Takes endpoints that nobody owns, or whose lease has run out, for a time. Each gets a new epoch.
    func acquireLeases(node: String, microseconds: Int64) async throws -> [Lease]
    /// Prolongs this node's leases that have not run out; returns those that it holds.
    func renewLeases(node: String, microseconds: Int64) async throws -> [Lease]
    /// Gives leases up at once.
    func releaseLeases(node: String) async throws
    /// Moves `starting` jobs of an endpoint to the lease's epoch and returns them: the new owner sends them again.
    func adoptStartingJobs(_ lease: Lease) async throws -> [JobRow]
}

/// Reading for people and tools.
package protocol StoreReads: Sendable {
    /// Newest first (by id, descending), beginning after `cursor`.
    func listPosts(_ filter: PostFilter, after cursor: PostID?, limit: Int) async throws -> [PostSummary]
    /// Posts that run on a chart, by its digest; oldest first (by id), beginning after `cursor`.
    func posts(chart: String, after cursor: PostID?, limit: Int) async throws -> [PostRow]
    func post(_ id: PostID) async throws -> PostDetail?
    func submission(_ id: PostID) async throws -> Submission?
    func submissions(_ ids: [PostID]) async throws -> [Submission]
    /// Which of these posts exist.
    func existing(_ ids: [PostID]) async throws -> Set<PostID>
    /// Macrosteps in order, with a revision greater than `revision`.
    func history(_ id: PostID, after revision: Int64, limit: Int) async throws -> [TransitionRow]
    /// All results of a post, oldest first.
    func results(_ id: PostID) async throws -> [ResultRow]
    func queueCounts() async throws -> [QueueCount]
    func stuckPosts(limit: Int) async throws -> [StuckPost]
    /// All endpoints by name, each with its load, which is counted: many jobs take a while.
    func endpoints() async throws -> [EndpointLoad]
    /// All endpoints by name, without their load.
    func endpointRows() async throws -> [EndpointRow]
    /// What the endpoints have cost today.
    func spending() async throws -> DaySpending
    /// Sums of the ledger.
    func costs(_ query: CostQuery) async throws -> [CostSum]
    /// The next free id for a post that does not come from Reddit.
    func nextLocalPostID() async throws -> PostID
}
