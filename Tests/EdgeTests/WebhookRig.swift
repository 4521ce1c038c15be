import Crypto
import HTTPClient
import JSONValue
import Logging
import Pipeline
import Service
import Store
import StoreSQLite
import TestSupport
import Testing
import Webhooks

/// Deliveries on a clock that a test moves, from a real database to a real socket; nothing happens by itself.
final class WebhookRig: Sendable {
    let clock = StoreSQLite.ManualClock()
    let folder: TemporaryFolder
    let base: SQLiteStore
    let receiver: WebhookReceiver
    let client: HTTPClient
    let keys = CallbackKeys(ring: [.init(bytes: Array("a master key of exactly 32 bytes".utf8))])
    let charts = ChartRegistry()

    init(allowing hosts: [String]? = nil) throws {
        folder = try TemporaryFolder()
        base = try SQLiteStore(path: folder.file("rejoinder.sqlite"), clock: .manual(clock))
        receiver = try WebhookReceiver()
        let address = WebhookAddress(allowed: hosts ?? [receiver.place])
        client = HTTPClient(userAgent: "rejoinder-tests", addresses: address.addresses)
        let settings = try ServiceSettings.load(config: nil, environment: [:], assignments: [])
        try charts.addCurrent(ChartLoader.current(settings.values))
    }

    func close() async {
        await client.close()
        await receiver.close()
        await base.close()
    }

    /// What a node is made of; another store may stand before the real one.
    func parts(_ store: (any Store)? = nil, _ change: (inout WebhookOptions) -> Void = { _ in }) -> WebhookParts {
        var options = WebhookOptions()
        options.random = { 0.5 }
        change(&options)
        var logger = Logger(label: "webhook-tests")
        logger.logLevel = .critical
        return WebhookParts(
            store: store ?? base, reader: WebhookReader(charts: charts),
            courier: WebhookCourier(client: client, keys: keys, timeout: options.timeout), options: options,
            now: { [clock] in clock.now }, logger: logger)
    }

    func loop(
        _ node: String = "node", _ store: (any Store)? = nil, _ change: (inout WebhookOptions) -> Void = { _ in }
    ) -> WebhookLoop {
        WebhookLoop(parts(store, change), node: node)
    }

    func desk(_ loop: WebhookLoop) -> SubscriptionDesk {
        SubscriptionDesk(parts(), address: WebhookAddress(allowed: [receiver.place]), loop: loop)
    }

    // MARK: - What happens

    @discardableResult
    func subscribe(_ topics: String..., url: String? = nil) async throws -> SubscriptionRow {
        let row = try await base.subscribe(
            "whtest", SubscriptionTerms(url: url ?? receiver.url, topics: topics.isEmpty ? ["*"] : topics),
            secret: .init(keyID: keys.currentID, generation: 1), actor: "person:ann")
        clock.advance(by: .milliseconds(1))
        return row
    }

    /// A macrostep of a post, which is created by its first one.
    func move(_ id: Int64, to state: String, event: String = "moved", chart: String? = nil) async throws {
        try await move(id, to: [state], event: event, chart: chart)
    }

    func move(_ id: Int64, to states: [String], event: String = "moved", chart: String? = nil) async throws {
        let chart = chart ?? charts.current
        let post = PostID(id)
        let row = try await base.posts([post]).first
        let state = PostState(
            chart: chart, configuration: states, context: [:], memory: [:], priority: 1, stage: "", status: "",
            waitsFor: .person)
        let step = TransitionRow(
            post: post, revision: 0, event: event, data: ["reason": "a text that nobody is told"], origin: "external",
            actor: "person:ann", from: row?.state.configuration ?? [], to: states, guards: [], effects: [],
            now: clock.now, chart: chart, settingsDigest: "", durationMicroseconds: 1)
        let submission = Submission(
            id: post, source: "test", community: "c", author: nil, title: "a title that nobody is told", body: "",
            url: "", permalink: "", createdAt: clock.now, score: 0, commentCount: 0)
        let write = PostWrite(
            post: post, expectedRevision: row?.revision ?? 0, submission: row == nil ? submission : nil, state: state,
            transitions: [step])
        try #require(try await base.commit(Batch(id: "b\(id)", writes: [write])).winners == [post])
        clock.advance(by: .milliseconds(1))
    }

    func row() async throws -> SubscriptionRow { try #require(try await base.subscription("whtest")) }

    func deliveries(_ state: WebhookDelivery.State? = nil) async throws -> [WebhookDelivery] {
        try await base.webhookDeliveries(of: "whtest", state: state, before: nil, limit: 1000)
    }
}

/// Runs a test with a rig.
func withRig(allowing hosts: [String]? = nil, _ test: (WebhookRig) async throws -> Void) async throws {
    let rig = try WebhookRig(allowing: hosts)
    do {
        _ = try await rig.base.migrate()
        try await test(rig)
    } catch {
        await rig.close()
        throw error
    }
    await rig.close()
}

/// A node that dies after a webhook was sent, before that is written down.
final class DyingStore: StoreWrapper {
    let base: any Store
    init(_ base: any Store) { self.base = base }

    func record(_ attempt: WebhookAttempt, _ lease: SubscriptionLease) async throws -> Bool {
        throw StoreError(.unavailable, "the node is gone")
    }
}
