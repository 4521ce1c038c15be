import Engine
import JSONValue
import Store
import TestSupport
import Testing

/// What a database cannot store comes in one batch with what it can, on real Postgres.
@Suite struct UnstorableDataTests {
    static let values: [(name: String, value: JSON)] = [
        ("NUL", "a\u{0}b"), ("depth", deep(10_000)),
    ]

    private static func deep(_ depth: Int) -> JSON { (0..<depth).reduce(.null) { inner, _ in [inner] } }

    @Test(arguments: values.indices)
    func `an end of a job that cannot be stored fails alone, and those beside it are committed`(
        _ index: Int
    ) async throws {
        var options = EngineOptions.quiet
        options.lanes = 1
        try await NodesUnderTest.with(1, options: options) { nodes in
            let node = nodes.nodes[0]
            try await node.create(1, 2, 3, 4)
            try await node.dispatch()
            _ = try await node.performer.attempts(4)
            await node.store.acceptances(4)
            // While the lane waits for the end of the fourth to be committed, the others meet in its queue.
            node.store.holdCommits()
            async let before = deliver(node, 4, "fine")
            await node.store.heldCommit()
            let bad = Task { try await deliver(node, 2, Self.values[index].value) }
            async let first = deliver(node, 1, "fine")
            async let last = deliver(node, 3, "fine")
            while node.engine.depth < 3 { await Task.yield() }
            node.store.releaseCommits()
            let neighbours = try await [before, first, last]
            #expect(neighbours == [true, true, true])
            await #expect(throws: StoreError.self) { try await bad.value }
            #expect(node.store.refused.withLock { $0.first?.count } == 3)
            #expect(try await node.row(2) { _ in true }.state.status == "processing")
            #expect(try await deliver(node, 2, "fine"))
            try await node.checkLaws(1, 2, 3, 4)
        }
    }

    @Test(arguments: [RigDatabase.sqlite, .postgres])
    func `a timer whose outcome cannot be stored parks its post alone, and its neighbours' timers fire`(
        _ database: RigDatabase
    ) async throws {
        var options = EngineOptions.quiet
        options.lanes = 1
        try await EngineRig.with(endpoints: [.rig(slots: 50)], options: options, database: database) { rig in
            rig.performer.play { _ in .completed(.decided("watch")) }
            let (all, bad): (ClosedRange<Int64>, Int64) = (1...30, 20)
            for id in all { try await rig.create(id) }
            try await rig.dispatch()
            for id in all { _ = try await rig.row(id) { $0.state.configuration == ["watching"] } }
            try await rig.advance(.seconds(601))
            rig.store.keepFailing(.refusesOutcome(PostID(bad), "done"))
            #expect(try await rig.engine.timers.fireDue() == 30)
            // The lane may have begun with the first ones, but not with one after the other.
            #expect(rig.store.refused.withLock { $0.contains { $0.count > 1 } })
            for id in all where id != bad {
                #expect(try await rig.row(id) { _ in true }.state.configuration == ["done"])
                try await rig.checkLaws(id)
            }
            let parked = try await rig.row(bad) { _ in true }.state
            #expect(parked.waitsFor == .person && parked.configuration == ["watching"])
            #expect(parked.metadata["parked"]?["problem"]?.string?.contains("the database refuses") == true)
            #expect(try await rig.engine.timers.fireDue() == 0)
            try await rig.checkLaws(bad)
        }
    }

    private func deliver(_ node: EngineRig, _ post: Int64, _ more: JSON) async throws -> Bool {
        let facts: JSONObject = ["decision": "watch", "more": more]
        let outcome = try await node.engine.deliver(
            .success(Completion(facts: facts)), job: JobKey(post: PostID(post), number: 1), attempt: 1,
            delivery: Delivery(id: "d", bodyHash: "\(more.bytes().count)", body: []), actor: "endpoint:one")
        if case .taken = outcome { return true }
        return false
    }
}
