import JSONValue
import Store
import Threads

/// A store whose commits fail as the test says; everything else goes through.
final class FaultyStore: Store {
    enum Fault: Sendable {
        /// Nothing is written, and the caller is told so.
        case unavailable
        /// It is written, but the answer is lost.
        case lostAnswer
        /// Nothing is written, and the answer is lost too.
        case lostRequest
        /// The database refuses batches with this post.
        case refuses(PostID)
        /// The database refuses batches with a macrostep of this event.
        case refusesEvent(String)
        /// A lock was not had in time.
        case contention
    }

    private let inner: any Store
    private let faults = Locked<[Fault]>([])
    private let standing = Locked<Fault?>(nil)
    private let failingAdoptions = Locked(0)
    private let failingAnswers = Locked(0)
    private let gate = Locked<Latch?>(nil)
    private let dueJobsAreRead = Locked<(@Sendable () async -> Void)?>(nil)
    let commits = Locked<[[PostID]]>([])

    init(_ inner: any Store) { self.inner = inner }

    /// Faults for the next commits, one each.
    func fail(_ faults: Fault...) { self.faults.withLock { $0 += faults } }
    /// The next takeovers of endpoints fail after their leases were given.
    func failAdoptions(_ count: Int) { failingAdoptions.withLock { $0 = count } }
    /// The next questions about batches in doubt are not answered.
    func failWinners(_ count: Int) { failingAnswers.withLock { $0 = count } }
    /// Readings of posts wait from now on until ``release()``: what comes meanwhile makes one batch.
    func hold() { gate.withLock { $0 = Latch() } }
    func release() { gate.withLock { $0 }?.happen() }
    /// Happens once, after due jobs were read the next time and before anything is made of it.
    func afterDueJobs(_ body: @escaping @Sendable () async -> Void) { dueJobsAreRead.withLock { $0 = body } }
    /// A fault for all commits until healed.
    func keepFailing(_ fault: Fault) { standing.withLock { $0 = fault } }
    func heal() {
        faults.withLock { $0 = [] }
        standing.withLock { $0 = nil }
    }

    func commit(_ batch: Batch) async throws -> CommitResult {
        let fault = faults.withLock { $0.isEmpty ? nil : $0.removeFirst() } ?? standing.withLock { $0 }
        switch fault {
        case .unavailable: throw StoreError(.unavailable, "down")
        case .lostRequest: throw StoreError(.inDoubt, "lost")
        case .lostAnswer:
            _ = try await inner.commit(batch)
            throw StoreError(.inDoubt, "lost")
        case .refuses(let post) where batch.writes.contains { $0.post == post }:
            throw StoreError(.refusedData, "refused")
        case .refusesEvent(let name) where batch.writes.flatMap(\.transitions).contains { $0.event == name }:
            throw StoreError(.refusedData, "refused")
        case .contention: throw StoreError(.contention, "busy")
        case .refuses, .refusesEvent, nil: break
        }
        let result = try await inner.commit(batch)
        commits.withLock { $0.append(batch.writes.map(\.post)) }
        return result
    }

    private static func fails(_ counter: borrowing Locked<Int>) -> Bool {
        counter.withLock { count in
            defer { count = max(0, count - 1) }
            return count > 0
        }
    }

    func migrate() async throws -> [String] { try await inner.migrate() }
    func now() async throws -> Timestamp { try await inner.now() }
    func posts(_ ids: [PostID]) async throws -> [PostRow] {
        await gate.withLock { $0 }?.wait()
        return try await inner.posts(ids)
    }
    func posts(chart: String, after cursor: PostID?, limit: Int) async throws -> [PostRow] {
        try await inner.posts(chart: chart, after: cursor, limit: limit)
    }
    func winners(of batch: String, posts: [PostID]) async throws -> Set<PostID> {
        if Self.fails(failingAnswers) { throw StoreError(.unavailable, "down") }
        return try await inner.winners(of: batch, posts: posts)
    }
    func emit(_ events: [InboxEvent]) async throws -> Int { try await inner.emit(events) }
    func emit(
        toAll filter: PostFilter, event: String, data: JSONObject, actor: String, limit: Int, dryRun: Bool
    ) async throws -> Int {
        try await inner.emit(toAll: filter, event: event, data: data, actor: actor, limit: limit, dryRun: dryRun)
    }
    func record(_ deliveries: [DeliveryRow]) async throws { try await inner.record(deliveries) }
    func remember(_ receipt: Receipt) async throws -> Receipt? { try await inner.remember(receipt) }
    func receipt(scope: String, id: String) async throws -> Receipt? { try await inner.receipt(scope: scope, id: id) }
    func record(_ audit: AuditRow) async throws { try await inner.record(audit) }
    func saveChart(digest: String, id: String, source: String) async throws {
        try await inner.saveChart(digest: digest, id: id, source: source)
    }
    func chartSource(digest: String) async throws -> String? { try await inner.chartSource(digest: digest) }
    func chartDigests() async throws -> [String] { try await inner.chartDigests() }
    func reconcileEndpoints(_ endpoints: [EndpointRow]) async throws { try await inner.reconcileEndpoints(endpoints) }
    func setDrained(_ isDrained: Bool, endpoint: String) async throws -> Bool {
        try await inner.setDrained(isDrained, endpoint: endpoint)
    }
    func maintain() async throws { try await inner.maintain() }
    func notify(_ topics: Set<WakeUp>) async { await inner.notify(topics) }
    func wakeUps() -> AsyncStream<WakeUp> { inner.wakeUps() }
    func close() async { await inner.close() }
    func dueTimers(after cursor: TimerRow?, limit: Int) async throws -> [TimerRow] {
        try await inner.dueTimers(after: cursor, limit: limit)
    }
    func dueJobs(after cursor: JobRow?, limit: Int) async throws -> [JobRow] {
        let jobs = try await inner.dueJobs(after: cursor, limit: limit)
        await dueJobsAreRead.withLock { body in
            defer { body = nil }
            return body
        }?()
        return jobs
    }
    func nextDue() async throws -> (timer: Timestamp?, job: Timestamp?) { try await inner.nextDue() }
    func readyJobs(sources: [String], limit: Int) async throws -> [JobRow] {
        try await inner.readyJobs(sources: sources, limit: limit)
    }
    func oldestReadyJobs(sources: [String], limit: Int) async throws -> [JobRow] {
        try await inner.oldestReadyJobs(sources: sources, limit: limit)
    }
    func runningJobs(endpoint: String) async throws -> [JobRow] { try await inner.runningJobs(endpoint: endpoint) }
    func job(_ key: JobKey) async throws -> JobRow? { try await inner.job(key) }
    func recordAccepted(_ key: JobKey, attempt: Int, epoch: Int64, remoteID: String?) async throws -> Bool {
        try await inner.recordAccepted(key, attempt: attempt, epoch: epoch, remoteID: remoteID)
    }
    func recordProgress(
        _ key: JobKey, attempt: Int, silenceMicroseconds: Int64, progress: JSONObject
    ) async throws -> Bool {
        try await inner.recordProgress(
            key, attempt: attempt, silenceMicroseconds: silenceMicroseconds, progress: progress)
    }
    func inbox(after id: Int64, limit: Int) async throws -> [InboxEvent] {
        try await inner.inbox(after: id, limit: limit)
    }
    func limits(_ keys: [String]) async throws -> [String: Timestamp] { try await inner.limits(keys) }
    func comments(of post: PostID) async throws -> [CommentRow] { try await inner.comments(of: post) }
    func heartbeat(node: String) async throws -> Timestamp { try await inner.heartbeat(node: node) }
    func acquireLeases(node: String, microseconds: Int64) async throws -> [Lease] {
        try await inner.acquireLeases(node: node, microseconds: microseconds)
    }
    func renewLeases(node: String, microseconds: Int64) async throws -> [Lease] {
        try await inner.renewLeases(node: node, microseconds: microseconds)
    }
    func releaseLeases(node: String) async throws { try await inner.releaseLeases(node: node) }
    func adoptStartingJobs(_ lease: Lease) async throws -> [JobRow] {
        if Self.fails(failingAdoptions) { throw StoreError(.unavailable, "down") }
        return try await inner.adoptStartingJobs(lease)
    }
    func listPosts(_ filter: PostFilter, after cursor: PostID?, limit: Int) async throws -> [PostSummary] {
        try await inner.listPosts(filter, after: cursor, limit: limit)
    }
    func post(_ id: PostID) async throws -> PostDetail? { try await inner.post(id) }
    func submission(_ id: PostID) async throws -> Submission? { try await inner.submission(id) }
    func submissions(_ ids: [PostID]) async throws -> [Submission] { try await inner.submissions(ids) }
    func existing(_ ids: [PostID]) async throws -> Set<PostID> { try await inner.existing(ids) }
    func history(_ id: PostID, after revision: Int64, limit: Int) async throws -> [TransitionRow] {
        try await inner.history(id, after: revision, limit: limit)
    }
    func results(_ id: PostID) async throws -> [ResultRow] { try await inner.results(id) }
    func queueCounts() async throws -> [QueueCount] { try await inner.queueCounts() }
    func stuckPosts(limit: Int) async throws -> [StuckPost] { try await inner.stuckPosts(limit: limit) }
    func endpoints() async throws -> [EndpointLoad] { try await inner.endpoints() }
    func nextLocalPostID() async throws -> PostID { try await inner.nextLocalPostID() }
}
