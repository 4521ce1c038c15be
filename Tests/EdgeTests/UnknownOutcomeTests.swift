import ChartFormat
import Engine
import Foundation
import JSONValue
import Logging
import Pipeline
import Store
import StoreSQLite
import TestSupport
import Testing
import Threads

/// Pause, cancel and retry while nobody knows whether a comment was posted: the service's own chart and policies.
@Suite struct UnknownOutcomeTests {
    /// Stages are answered at once; a comment is sent and never heard of; whether it is found is for the test to say.
    private final class Far: Performer {
        let found = Shared(false)
        let performed = Happenings<String>()
        private let facts: [String: JSONObject] = [
            "triage": ["decision": "research", "claims": 1], "research": ["outcome": "reply_worthy"],
            "response": ["action": "reply", "violations": 0],
            "editorial": ["decision": "approve", "rendered_sha256": "x"],
        ]

        func canPerform(_ wireProtocol: String) -> Bool { true }
        func isRepeatable(_ source: String) -> Bool { false }

        func perform(_ assignment: Assignment) async -> PerformOutcome {
            let source = assignment.job.source
            performed.add(source)
            if let facts = facts[source] { return .completed(Completion(facts: facts)) }
            if source == "reconcile" { return .completed(Completion(facts: ["found": .bool(found.value)])) }
            return .accepted(remoteID: nil)
        }
    }

    private struct Rig {
        let clock: StoreSQLite.ManualClock
        let store: SQLiteStore
        let engine: Engine
        let far: Far
        let committed: Signal
        let post = PostID(7)

        /// Looks until nothing more happens by itself.
        func settle() async throws {
            try await engine.dispatcher.refreshLeases()
            while try await engine.dispatcher.assignReady() > 0 {}
        }

        func row() async throws -> PostRow { try #require(try await store.posts([post]).first) }

        func row(in state: String, _ act: () async throws -> Void) async throws {
            for _ in 0..<600 {
                if try await row().state.configuration == [state] { return }
                try await act()
                await committed.wait(atMost: .milliseconds(50))
            }
            Issue.record("the post is in \(try await row().state.configuration), not in \(state)")
        }

        func trigger(_ event: String) async throws -> WorkOutcome {
            try await engine.trigger(event, data: ["by": "ann"], post: post, actor: "person:ann")
        }
    }

    private func with(_ body: (Rig) async throws -> Void) async throws {
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        let clock = StoreSQLite.ManualClock()
        let store = try SQLiteStore(path: folder.file("unknown.db"), clock: .manual(clock))
        _ = try await store.migrate()
        let sources = JobSource.allCases.map(\.rawValue)
        try await store.reconcileEndpoints([
            EndpointRow(
                name: "reddit:bot", url: "", wireProtocol: "mock", model: "", capabilities: sources, maxConcurrent: 5)
        ])
        let charts = ChartRegistry()
        let text = try String(contentsOf: Repository.root.appending(path: "statecharts/post.yaml"), encoding: .utf8)
        try charts.addCurrent(
            try ChartReader.read(text: text, file: "post.yaml", vocabulary: PipelineVocabulary.charts))
        var options = EngineOptions()
        // The test says when jobs are assigned.
        options.assignsAtOnce = false
        options.pollInterval = .seconds(3600)
        options.leaseTime = .seconds(1_000_000)
        let far = Far()
        let engine = Engine(
            store: store, policy: PipelinePolicy(charts: charts, settings: PipelineSettings()), performers: [far],
            node: "n", clock: DatabaseClock(try await store.now()), options: options,
            logger: Logger(label: "unknown") { _ in SwiftLogNoOpLogHandler() })
        let lanes = Task { await engine.runLanes() }
        let committed = Signal()
        engine.observe { _ in committed.raise() }
        let rig = Rig(clock: clock, store: store, engine: engine, far: far, committed: committed)
        let submission = Submission(
            id: rig.post, source: "test", community: "c", author: nil, title: "t", body: "", url: "", permalink: "",
            createdAt: try await store.now(), score: 0, commentCount: 0)
        _ = try await engine.create([NewPost(submission: submission, priority: 0)], actor: "scanner")
        do { try await body(rig) } catch { Issue.record(error) }
        await engine.drain(grace: .zero)
        await lanes.value
        await store.close()
    }

    private func hold(_ rig: Rig) async throws {
        let outcome = try await rig.engine.operate(.hold(reason: "wait"), post: rig.post, actor: "person:ann")
        guard case .taken = outcome else { return fail("\(outcome)") }
    }

    /// To the moment at which the comment's request is out.
    private func send(_ rig: Rig) async throws {
        try await rig.row(in: "post_queue.queued.sending") { try await rig.settle() }
        _ = try await rig.far.performed.number(1, of: "comment") { $0 == "comment" }
    }

    private func fail(_ what: String) { Issue.record("\(what)") }

    private func expectIgnored(_ outcome: WorkOutcome) {
        guard case .ignored = outcome else { return fail("\(outcome)") }
    }

    @Test(arguments: [false, true])
    func `nothing is sent again, and what was asked for comes to pass once the outcome is known`(
        isFound: Bool
    ) async throws {
        try await with { rig in
            rig.far.found.set(isFound)
            try await send(rig)
            // While the request is out.
            try await hold(rig)
            expectIgnored(try await rig.trigger("retry"))
            guard case .taken = try await rig.trigger("cancel") else { return fail("cancel") }
            #expect(try await rig.row().state.configuration == ["post_queue.queued.sending"])
            // Its outcome is not heard: the clock says so though the post is held.
            rig.clock.advance(by: .seconds(3600))
            #expect(try await rig.engine.timers.fireDue() >= 1)
            #expect(try await rig.row().state.configuration == ["post_queue.unknown"])
            expectIgnored(try await rig.trigger("retry"))
            guard case .taken = try await rig.trigger("cancel") else { return fail("cancel again") }
            rig.clock.advance(by: .seconds(3600))
            _ = try await rig.engine.timers.fireDue()
            #expect(try await rig.row().state.configuration == ["post_queue.reconciling"])
            // Looking for it is work like any other: it waits for the release, however long.
            rig.clock.advance(by: .seconds(30 * 86_400))
            _ = try await rig.engine.timers.fireDue()
            try await rig.settle()
            expectIgnored(try await rig.trigger("retry"))
            #expect(try await rig.row().state.configuration == ["post_queue.reconciling"])
            #expect(!rig.far.performed.all.contains("reconcile"))
            #expect(try await rig.store.stuckPosts(limit: 9).isEmpty)
            _ = try await rig.engine.operate(.release(reason: "go on"), post: rig.post, actor: "person:ann")
            let end = isFound ? "published.watching" : "cancelled"
            try await rig.row(in: end) {
                try await rig.settle()
                if try await rig.row().state.configuration == ["post_queue.unknown"] {
                    rig.clock.advance(by: .seconds(3600))
                    _ = try await rig.engine.timers.fireDue()
                }
            }
            #expect(rig.far.performed.all.filter { $0 == "comment" }.count == 1)
        }
    }

    @Test(arguments: [(HoldRow.Scope.stage, "post_queue"), (.endpoint, "reddit:bot"), (.everything, "")])
    func `under a hold a comment that waits is not begun; when it is released it is sent once`(
        scope: HoldRow.Scope, name: String
    ) async throws {
        try await with { rig in
            if scope == .stage { try await hold(rig, scope, name) }
            try await rig.row(in: "post_queue.queued.pending") {
                // One job at a time, so that the comment's is not assigned before the hold is there.
                try await rig.engine.dispatcher.refreshLeases()
                if try await rig.row().state.stage != "post_queue" { _ = try await rig.engine.dispatcher.assignReady() }
            }
            try await hold(rig, scope, name)
            for _ in 0..<3 { try await rig.settle() }
            #expect(!rig.far.performed.all.contains("comment"))
            #expect(try await rig.engine.release(scope, name: name, actor: "person:ann", reason: "go on"))
            try await send(rig)
            #expect(rig.far.performed.all.filter { $0 == "comment" }.count == 1)
        }
    }

    private func hold(_ rig: Rig, _ scope: HoldRow.Scope, _ name: String) async throws {
        _ = try await rig.engine.hold(HoldRow(scope: scope, name: name, reason: "r", actor: "person:ann"))
    }
}
