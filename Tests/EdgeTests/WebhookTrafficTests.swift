import HTTPServer
import JSONValue
import Store
import StorePostgres
import TestSupport
import Testing
import Threads
import Webhooks

/// Many writers, several nodes, a receiver with moods: each macrostep is told at least once, and queued once.
@Suite(.timeLimit(.minutes(8)))
struct WebhookTrafficTests {
    private static let writers = 6
    private static let batches = 40
    private static let posts = 5

    @Test func `under many writers and two nodes that come and go every macrostep is told`() async throws {
        try await withRig { rig in
            let url = try await PrivatePostgres.makeSchema()
            let stores = (0..<2).map { PostgresStore(url: url, node: "traffic\($0)", writers: 4) }
            let result: Result<Void, any Error>
            do {
                _ = try await stores[0].migrate()
                result = .success(try await run(rig, stores))
            } catch {
                result = .failure(error)
            }
            for store in stores { await store.close() }
            try result.get()
        }
    }

    private func run(_ rig: WebhookRig, _ stores: [PostgresStore]) async throws {
        let count = Shared(0)
        // Every ninth is not taken at first.
        rig.receiver.behaviour.set { _ in
            let number = count.withLock { count in
                count += 1
                return count
            }
            return ServerResponse(status: number % 9 == 0 ? 503 : 204)
        }
        _ = try await stores[0].subscribe(
            "whtest", SubscriptionTerms(url: rig.receiver.url, topics: ["*"]),
            secret: .init(keyID: rig.keys.currentID, generation: 1), actor: "person:ann")
        let loops = stores.enumerated().map { index, store in
            rig.loop("traffic\(index)", store) { options in
                options.poll = .milliseconds(5)
                options.page = 50
                options.schedule = DeliverySchedule([.zero] + Array(repeating: .milliseconds(20), count: 50))
            }
        }
        let total = Self.writers * Self.batches * Self.posts
        try await withThrowingTaskGroup(of: Void.self) { group in
            for writer in 0..<Self.writers {
                group.addTask { try await write(writer, stores[writer % 2], chart: rig.charts.current) }
            }
            // The nodes take turns: one stops while the other one takes over.
            for turn in 0..<6 {
                let running = Task { await loops[turn % 2].run() }
                do {
                    _ = try await rig.receiver.messages.number(
                        (turn + 1) * total / 12, of: "message", within: .seconds(180))
                } catch {
                    throw TestFailure("turn \(turn): \(error), \(rig.receiver.ids.count) have come")
                }
                running.cancel()
                await running.value
            }
            try await group.waitForAll()
        }
        let running = Task { await loops[0].run() }
        let wanted = Set(
            (0..<Self.writers * Self.posts).flatMap { post in
                (1...Self.batches).map { "whtest-\(post + 1)-\($0)" }
            })
        try await eventually("all is delivered", within: .seconds(120), every: .milliseconds(50)) {
            let rows = try await stores[0].webhookDeliveries(
                of: "whtest", state: .delivered, before: nil, limit: total + 1)
            return rows.count == total
        }
        running.cancel()
        await running.value
        #expect(Set(rig.receiver.ids) == wanted)
    }

    /// Moves posts of its own on, one batch after the other.
    private func write(_ writer: Int, _ store: PostgresStore, chart: String) async throws {
        for batch in 0..<Self.batches {
            let writes = (0..<Self.posts).map { index in
                let post = PostID(Int64(writer * Self.posts + index + 1))
                return Self.write(post, Int64(batch), chart)
            }
            let result = try await store.commit(Batch(id: "\(writer)-\(batch)", writes: writes))
            try #require(result.winners.count == Self.posts)
        }
    }

    private static func write(_ post: PostID, _ revision: Int64, _ chart: String) -> PostWrite {
        let states = [revision % 2 == 0 ? "triage.working.pending" : "triage.working.processing"]
        let state = PostState(
            chart: chart, configuration: states, context: [:], memory: [:], priority: 1, stage: "", status: "",
            waitsFor: .person)
        let step = TransitionRow(
            post: post, revision: 0, event: "moved", data: [:], origin: "external", actor: "test", from: [],
            to: states, guards: [], effects: [], now: Timestamp(microseconds: 1), chart: chart, settingsDigest: "s",
            durationMicroseconds: 1)
        let submission = Submission(
            id: post, source: "test", community: "c", author: nil, title: "t", body: "", url: "", permalink: "",
            createdAt: Timestamp(microseconds: 1), score: 0, commentCount: 0)
        return PostWrite(
            post: post, expectedRevision: revision, submission: revision == 0 ? submission : nil, state: state,
            transitions: [step])
    }
}
