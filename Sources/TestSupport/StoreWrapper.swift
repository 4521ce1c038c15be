import JSONValue
import Store

/// A store that stands before another: what a test does not replace goes through.
package protocol StoreWrapper: Store {
    var base: any Store { get }
    /// The store for calls that reach the database; throws where a test has taken it away.
    var reached: any Store { get throws }
}

extension StoreWrapper {
    package var reached: any Store { get throws { base } }

    package func close() async { await base.close() }
    package func notify(_ topics: Set<WakeUp>) async { await base.notify(topics) }
    package func wakeUps() -> AsyncStream<WakeUp> { base.wakeUps() }

    package func migrate() async throws -> [String] { try await reached.migrate() }
    package func now() async throws -> Timestamp { try await reached.now() }
    package func posts(_ ids: [PostID]) async throws -> [PostRow] { try await reached.posts(ids) }
    package func posts(chart: String, after cursor: PostID?, limit: Int) async throws -> [PostRow] {
        try await reached.posts(chart: chart, after: cursor, limit: limit)
    }
    package func commit(_ batch: Batch) async throws -> CommitResult { try await reached.commit(batch) }
    package func winners(of batch: String, posts: [PostID]) async throws -> Set<PostID> {
        try await reached.winners(of: batch, posts: posts)
    }
    package func emit(_ events: [InboxEvent]) async throws -> Int { try await reached.emit(events) }
    package func emit(
        toAll filter: PostFilter, event: String, data: JSONObject, actor: String, limit: Int, dryRun: Bool
    ) async throws -> Int {
        try await reached.emit(toAll: filter, event: event, data: data, actor: actor, limit: limit, dryRun: dryRun)
    }
    package func record(_ deliveries: [DeliveryRow]) async throws { try await reached.record(deliveries) }
    package func remember(_ receipt: Receipt) async throws -> Receipt? { try await reached.remember(receipt) }
    package func receipt(scope: String, id: String) async throws -> Receipt? {
        try await reached.receipt(scope: scope, id: id)
    }
    package func record(_ audit: AuditRow) async throws { try await reached.record(audit) }
    package func saveChart(digest: String, id: String, source: String) async throws {
        try await reached.saveChart(digest: digest, id: id, source: source)
    }
    package func chartSource(digest: String) async throws -> String? { try await reached.chartSource(digest: digest) }
    package func chartDigests() async throws -> [String] { try await reached.chartDigests() }
    package func reconcileEndpoints(_ endpoints: [EndpointRow]) async throws {
        try await reached.reconcileEndpoints(endpoints)
    }
    package func set(maxConcurrent: Int?, preference: Int?, endpoint: String) async throws -> Bool {
        try await reached.set(maxConcurrent: maxConcurrent, preference: preference, endpoint: endpoint)
    }
    package func setDrained(_ isDrained: Bool, endpoint: String) async throws -> Bool {
        try await reached.setDrained(isDrained, endpoint: endpoint)
    }
    package func maintain() async throws { try await reached.maintain() }
}

extension StoreWrapper {
    package func dueTimers(after cursor: TimerRow?, limit: Int) async throws -> [TimerRow] {
        try await reached.dueTimers(after: cursor, limit: limit)
    }
    package func dueJobs(after cursor: JobRow?, limit: Int) async throws -> [JobRow] {
        try await reached.dueJobs(after: cursor, limit: limit)
    }
    package func nextDue() async throws -> (timer: Timestamp?, job: Timestamp?) { try await reached.nextDue() }
    package func readyJobs(sources: [String], limit: Int) async throws -> [JobRow] {
        try await reached.readyJobs(sources: sources, limit: limit)
    }
    package func readyJobs(
        source: String, after community: String?, communities: Int, each: Int
    ) async throws -> [JobRow] {
        try await reached.readyJobs(source: source, after: community, communities: communities, each: each)
    }
    package func runningKeys(endpoint: String, after cursor: JobKey?, limit: Int) async throws -> [JobKey] {
        try await reached.runningKeys(endpoint: endpoint, after: cursor, limit: limit)
    }
    package func job(_ key: JobKey) async throws -> JobRow? { try await reached.job(key) }
    package func files(_ keys: [JobKey]) async throws -> [JobFile] { try await reached.files(keys) }
    package func recordAccepted(_ acceptances: [Acceptance]) async throws -> Set<JobKey> {
        try await reached.recordAccepted(acceptances)
    }
    package func recordAccepted(_ key: JobKey, attempt: Int, epoch: Int64, remoteID: String?) async throws -> Bool {
        try await reached.recordAccepted(key, attempt: attempt, epoch: epoch, remoteID: remoteID)
    }
    package func recordProgress(
        _ key: JobKey, attempt: Int, silenceMicroseconds: Int64, progress: JSONObject
    ) async throws -> Bool {
        try await reached.recordProgress(
            key, attempt: attempt, silenceMicroseconds: silenceMicroseconds, progress: progress)
    }
    package func inbox(after id: Int64, limit: Int) async throws -> [InboxEvent] {
        try await reached.inbox(after: id, limit: limit)
    }
    package func limits(_ keys: [String]) async throws -> [String: Timestamp] { try await reached.limits(keys) }
    package func drawTokens(_ lease: Lease, microseconds: Int64) async throws -> Int64 {
        try await reached.drawTokens(lease, microseconds: microseconds)
    }
    package func spending(of endpoint: String) async throws -> EndpointSpending {
        try await reached.spending(of: endpoint)
    }
    package func comments(of post: PostID) async throws -> [CommentRow] { try await reached.comments(of: post) }
    package func heartbeat(node: String) async throws -> Timestamp { try await reached.heartbeat(node: node) }
    package func acquireLeases(node: String, microseconds: Int64) async throws -> [Lease] {
        try await reached.acquireLeases(node: node, microseconds: microseconds)
    }
    package func renewLeases(node: String, microseconds: Int64) async throws -> [Lease] {
        try await reached.renewLeases(node: node, microseconds: microseconds)
    }
    package func releaseLeases(node: String) async throws { try await reached.releaseLeases(node: node) }
    package func adoptStartingJobs(_ lease: Lease) async throws -> [JobRow] {
        try await reached.adoptStartingJobs(lease)
    }
}

extension StoreWrapper {
    package func listPosts(_ filter: PostFilter, after cursor: PostID?, limit: Int) async throws -> [PostSummary] {
        try await reached.listPosts(filter, after: cursor, limit: limit)
    }
    package func post(_ id: PostID) async throws -> PostDetail? { try await reached.post(id) }
    package func submission(_ id: PostID) async throws -> Submission? { try await reached.submission(id) }
    package func submissions(_ ids: [PostID]) async throws -> [Submission] { try await reached.submissions(ids) }
    package func existing(_ ids: [PostID]) async throws -> Set<PostID> { try await reached.existing(ids) }
    package func history(_ id: PostID, after revision: Int64, limit: Int) async throws -> [TransitionRow] {
        try await reached.history(id, after: revision, limit: limit)
    }
    package func results(_ id: PostID) async throws -> [ResultRow] { try await reached.results(id) }
    package func queueCounts() async throws -> [QueueCount] { try await reached.queueCounts() }
    package func stuckPosts(limit: Int) async throws -> [StuckPost] { try await reached.stuckPosts(limit: limit) }
    package func endpoints() async throws -> [EndpointLoad] { try await reached.endpoints() }
    package func endpointRows() async throws -> [EndpointRow] { try await reached.endpointRows() }
    package func spending() async throws -> DaySpending { try await reached.spending() }
    package func costs(_ query: CostQuery) async throws -> [CostSum] { try await reached.costs(query) }
    package func nextLocalPostID() async throws -> PostID { try await reached.nextLocalPostID() }
}

extension StoreWrapper {
    package func holds() async throws -> [HoldRow] { try await reached.holds() }
    package func hold(_ hold: HoldRow) async throws -> HoldRow { try await reached.hold(hold) }
    package func release(
        _ scope: HoldRow.Scope, name: String, actor: String, reason: String
    ) async throws -> Bool {
        try await reached.release(scope, name: name, actor: actor, reason: reason)
    }
    package func waitingJobs(_ filter: WaitingJobs, after cursor: JobKey?, limit: Int) async throws -> [JobRow] {
        try await reached.waitingJobs(filter, after: cursor, limit: limit)
    }
    package func postpone(_ jobs: [PostponedJob]) async throws -> Int { try await reached.postpone(jobs) }
}

extension StoreWrapper {
    package func countPosts(_ filter: PostFilter) async throws -> Int { try await reached.countPosts(filter) }
    package func postIDs(_ filter: PostFilter, after cursor: PostID?, limit: Int) async throws -> [PostID] {
        try await reached.postIDs(filter, after: cursor, limit: limit)
    }
    package func create(_ operation: OperationRow) async throws -> OperationRow {
        try await reached.create(operation)
    }
    package func operation(_ id: Int64) async throws -> OperationRow? { try await reached.operation(id) }
    package func operations(after cursor: Int64?, limit: Int) async throws -> [OperationRow] {
        try await reached.operations(after: cursor, limit: limit)
    }
    package func claimOperation(node: String, microseconds: Int64) async throws -> OperationRow? {
        try await reached.claimOperation(node: node, microseconds: microseconds)
    }
    package func advance(_ advance: OperationAdvance) async throws -> OperationRow? {
        try await reached.advance(advance)
    }
    package func abortOperation(_ id: Int64, actor: String, reason: String) async throws -> OperationRow? {
        try await reached.abortOperation(id, actor: actor, reason: reason)
    }

    package func beginUpkeep() async throws -> Bool { try await reached.beginUpkeep() }
    package func endUpkeep() async { await base.endUpkeep() }
    package func finishedPosts(after cursor: PostID?, rows: Int) async throws -> FinishedPage {
        try await reached.finishedPosts(after: cursor, rows: rows)
    }
    package func records(_ ids: [PostID]) async throws -> [PostRecord] { try await reached.records(ids) }
    package func purge(_ posts: [FinishedPost]) async throws -> Int { try await reached.purge(posts) }
    package func purgeTexts(of ids: [PostID]) async throws -> Int { try await reached.purgeTexts(of: ids) }
    package func purged(_ ids: [PostID]) async throws -> [PostID: Timestamp] { try await reached.purged(ids) }
    package func trimLogs(_ limits: LogLimits, slice: Int) async throws -> Int {
        try await reached.trimLogs(limits, slice: slice)
    }
    package func dropPartitions(transitions: Timestamp, deliveries: Timestamp) async throws -> [String] {
        try await reached.dropPartitions(transitions: transitions, deliveries: deliveries)
    }
    package func inspect(limit: Int) async throws -> Inspection { try await reached.inspect(limit: limit) }
    package func liveJobs(of ids: [PostID]) async throws -> [JobRow] { try await reached.liveJobs(of: ids) }
}

extension StoreWrapper {
    package func subscriptions() async throws -> [SubscriptionRow] { try await reached.subscriptions() }
    package func subscription(_ id: String) async throws -> SubscriptionRow? { try await reached.subscription(id) }
    package func subscribe(
        _ id: String, _ terms: SubscriptionTerms, secret: SubscriptionRow.Secret, actor: String
    ) async throws -> SubscriptionRow {
        try await reached.subscribe(id, terms, secret: secret, actor: actor)
    }
    package func change(
        subscription id: String, _ change: SubscriptionChange, actor: String
    ) async throws -> SubscriptionRow? {
        try await reached.change(subscription: id, change, actor: actor)
    }
    package func unsubscribe(_ id: String, actor: String) async throws -> Bool {
        try await reached.unsubscribe(id, actor: actor)
    }
    package func claimSubscriptions(node: String, microseconds: Int64) async throws -> [SubscriptionRow] {
        try await reached.claimSubscriptions(node: node, microseconds: microseconds)
    }
    package func releaseSubscriptions(node: String) async throws { try await reached.releaseSubscriptions(node: node) }
    package func settledHistory() async throws -> SettledHistory { try await reached.settledHistory() }
    package func steps(after mark: HistoryMark, before end: Timestamp, limit: Int) async throws -> [HistoryStep] {
        try await reached.steps(after: mark, before: end, limit: limit)
    }
    package func enqueue(_ intake: WebhookIntake, _ lease: SubscriptionLease) async throws -> Bool {
        try await reached.enqueue(intake, lease)
    }
    package func redeliver(_ news: WebhookNews, to subscription: String) async throws -> Bool {
        try await reached.redeliver(news, to: subscription)
    }
    package func webhookQueue(of subscription: String, limit: Int) async throws -> WebhookQueue {
        try await reached.webhookQueue(of: subscription, limit: limit)
    }
    package func record(_ attempt: WebhookAttempt, _ lease: SubscriptionLease) async throws -> Bool {
        try await reached.record(attempt, lease)
    }
    package func webhookDeliveries(
        of subscription: String, state: WebhookDelivery.State?, before mark: HistoryMark?, limit: Int
    ) async throws -> [WebhookDelivery] {
        try await reached.webhookDeliveries(of: subscription, state: state, before: mark, limit: limit)
    }
}
