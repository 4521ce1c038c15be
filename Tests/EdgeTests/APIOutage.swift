import JSONValue
import Store
import Threads

/// A store that a test can make unreachable: then every verb throws `unavailable`, and nothing was written. It also
/// tells which acceptances were recorded, which nothing else can be seen by.
struct OutageStore: Store {
    let base: any Store
    let isDown = Shared(false)
    let acceptances = Happenings<Acceptance>()

    struct Acceptance: Sendable {
        var job: JobKey
        var attempt: Int
        var isRecorded: Bool
    }

    private var up: any Store {
        get throws {
            if isDown.value { throw StoreError(.unavailable, "the test has taken the database away") }
            return base
        }
    }

    func recordAccepted(_ key: JobKey, attempt: Int, epoch: Int64, remoteID: String?) async throws -> Bool {
        let isRecorded = try await up.recordAccepted(key, attempt: attempt, epoch: epoch, remoteID: remoteID)
        acceptances.add(Acceptance(job: key, attempt: attempt, isRecorded: isRecorded))
        return isRecorded
    }

    func close() async { await base.close() }
    func notify(_ topics: Set<WakeUp>) async { await base.notify(topics) }
    func wakeUps() -> AsyncStream<WakeUp> { base.wakeUps() }

    func migrate() async throws -> [String] { try await up.migrate() }
    func now() async throws -> Timestamp { try await up.now() }
    func posts(_ ids: [PostID]) async throws -> [PostRow] { try await up.posts(ids) }
    func posts(chart: String, after cursor: PostID?, limit: Int) async throws -> [PostRow] {
        try await up.posts(chart: chart, after: cursor, limit: limit)
    }
    func commit(_ batch: Batch) async throws -> CommitResult { try await up.commit(batch) }
    func winners(of batch: String, posts: [PostID]) async throws -> Set<PostID> {
        try await up.winners(of: batch, posts: posts)
    }
    func emit(_ events: [InboxEvent]) async throws -> Int { try await up.emit(events) }
    func emit(
        toAll filter: PostFilter, event: String, data: JSONObject, actor: String, limit: Int, dryRun: Bool
    ) async throws -> Int {
        try await up.emit(toAll: filter, event: event, data: data, actor: actor, limit: limit, dryRun: dryRun)
    }
    func record(_ deliveries: [DeliveryRow]) async throws { try await up.record(deliveries) }
    func remember(_ receipt: Receipt) async throws -> Receipt? { try await up.remember(receipt) }
    func receipt(scope: String, id: String) async throws -> Receipt? { try await up.receipt(scope: scope, id: id) }
    func record(_ audit: AuditRow) async throws { try await up.record(audit) }
    func saveChart(digest: String, id: String, source: String) async throws {
        try await up.saveChart(digest: digest, id: id, source: source)
    }
    func chartSource(digest: String) async throws -> String? { try await up.chartSource(digest: digest) }
    func chartDigests() async throws -> [String] { try await up.chartDigests() }
    func reconcileEndpoints(_ endpoints: [EndpointRow]) async throws { try await up.reconcileEndpoints(endpoints) }
    func setDrained(_ isDrained: Bool, endpoint: String) async throws -> Bool {
        try await up.setDrained(isDrained, endpoint: endpoint)
    }
    func maintain() async throws { try await up.maintain() }
}

extension OutageStore {
    func dueTimers(after cursor: TimerRow?, limit: Int) async throws -> [TimerRow] {
        try await up.dueTimers(after: cursor, limit: limit)
    }
    func dueJobs(after cursor: JobRow?, limit: Int) async throws -> [JobRow] {
        try await up.dueJobs(after: cursor, limit: limit)
    }
    func nextDue() async throws -> (timer: Timestamp?, job: Timestamp?) { try await up.nextDue() }
    func readyJobs(sources: [String], limit: Int) async throws -> [JobRow] {
        try await up.readyJobs(sources: sources, limit: limit)
    }
    func oldestReadyJobs(sources: [String], limit: Int) async throws -> [JobRow] {
        try await up.oldestReadyJobs(sources: sources, limit: limit)
    }
    func runningJobs(endpoint: String) async throws -> [JobRow] { try await up.runningJobs(endpoint: endpoint) }
    func job(_ key: JobKey) async throws -> JobRow? { try await up.job(key) }
    func recordProgress(
        _ key: JobKey, attempt: Int, silenceMicroseconds: Int64, progress: JSONObject
    ) async throws -> Bool {
        try await up.recordProgress(
            key, attempt: attempt, silenceMicroseconds: silenceMicroseconds, progress: progress)
    }
    func inbox(after id: Int64, limit: Int) async throws -> [InboxEvent] { try await up.inbox(after: id, limit: limit) }
    func limits(_ keys: [String]) async throws -> [String: Timestamp] { try await up.limits(keys) }
    func comments(of post: PostID) async throws -> [CommentRow] { try await up.comments(of: post) }
    func heartbeat(node: String) async throws -> Timestamp { try await up.heartbeat(node: node) }
    func acquireLeases(node: String, microseconds: Int64) async throws -> [Lease] {
        try await up.acquireLeases(node: node, microseconds: microseconds)
    }
    func renewLeases(node: String, microseconds: Int64) async throws -> [Lease] {
        try await up.renewLeases(node: node, microseconds: microseconds)
    }
    func releaseLeases(node: String) async throws { try await up.releaseLeases(node: node) }
    func adoptStartingJobs(_ lease: Lease) async throws -> [JobRow] { try await up.adoptStartingJobs(lease) }
}

extension OutageStore {
    func listPosts(_ filter: PostFilter, after cursor: PostID?, limit: Int) async throws -> [PostSummary] {
        try await up.listPosts(filter, after: cursor, limit: limit)
    }
    func post(_ id: PostID) async throws -> PostDetail? { try await up.post(id) }
    func submission(_ id: PostID) async throws -> Submission? { try await up.submission(id) }
    func submissions(_ ids: [PostID]) async throws -> [Submission] { try await up.submissions(ids) }
    func existing(_ ids: [PostID]) async throws -> Set<PostID> { try await up.existing(ids) }
    func history(_ id: PostID, after revision: Int64, limit: Int) async throws -> [TransitionRow] {
        try await up.history(id, after: revision, limit: limit)
    }
    func results(_ id: PostID) async throws -> [ResultRow] { try await up.results(id) }
    func queueCounts() async throws -> [QueueCount] { try await up.queueCounts() }
    func stuckPosts(limit: Int) async throws -> [StuckPost] { try await up.stuckPosts(limit: limit) }
    func endpoints() async throws -> [EndpointLoad] { try await up.endpoints() }
    func nextLocalPostID() async throws -> PostID { try await up.nextLocalPostID() }
}
