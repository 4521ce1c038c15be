import Engine
import JSONValue
import Store
import TestSupport
import Testing
import Threads

/// Endpoints get other settings while attempts run: the new ones hold from then on, and what runs is neither lost nor
/// counted twice.
@Suite struct ChangedSettingsTests {
    @Test(arguments: RigDatabase.allCases)
    func `fewer slots let what runs go on and begin nothing until there is room`(
        _ database: RigDatabase
    ) async throws {
        try await EngineRig.with(endpoints: [.rig(slots: 4)], database: database) { rig in
            try await rig.create(1, 2, 3, 4, 5, 6, 7)
            try await rig.dispatch()
            let first = try await rig.performer.attempts(4)
            try await Self.change(rig, to: .rig(slots: 2))
            #expect(try await Self.load(rig) == 4)
            for attempt in first[..<2] { try await rig.finish(attempt) }
            try await rig.dispatch()
            #expect(rig.performer.attempts.count == 4)
            try await rig.finish(first[2])
            try await rig.dispatch()
            _ = try await rig.performer.attempts(5)
            #expect(try await Self.load(rig) == 2)
            try await Self.change(rig, to: .rig(slots: 4))
            _ = try await rig.performer.attempts(7)
            #expect(try await Self.load(rig) == 4)
            try await Self.checkEachOnce(rig, 7)
        }
    }

    @Test(arguments: RigDatabase.allCases)
    func `another budget counts what is spent and what runs, and none lets all begin`(
        _ database: RigDatabase
    ) async throws {
        let budget = EndpointBudget(perDay: 10, jobCost: 3)
        try await EngineRig.with(endpoints: [.rig(slots: 100, budget: budget)], database: database) { rig in
            try await rig.create(1, 2, 3, 4, 5, 6, 7)
            try await rig.dispatch()
            let first = try await rig.performer.attempts(3)
            try await Self.change(rig, to: .rig(slots: 100, budget: EndpointBudget(perDay: 6, jobCost: 2)))
            #expect(rig.performer.attempts.count == 3)
            // One is spent and four are reserved: another two would be seven.
            try await rig.finish(first[0], costing: 1)
            try await rig.dispatch()
            #expect(rig.performer.attempts.count == 3)
            // Two are spent and two are reserved.
            try await rig.finish(first[1], costing: 1)
            try await rig.dispatch()
            _ = try await rig.performer.attempts(4)
            try await rig.dispatch()
            #expect(rig.performer.attempts.count == 4)
            try await Self.change(rig, to: .rig(slots: 5))
            let all = try await rig.performer.attempts(7)
            // Two are spent and ten are reserved: a budget that comes back finds all of it.
            try await Self.change(rig, to: .rig(slots: 100, budget: EndpointBudget(perDay: 12, jobCost: 2)))
            try await rig.create(8)
            try await rig.dispatch()
            #expect(rig.performer.attempts.count == 7)
            for attempt in all[4...] { try await rig.finish(attempt, costing: 2) }
            try await rig.dispatch()
            #expect(rig.performer.attempts.count == 7)
            #expect(try await rig.store.spending(of: "one").microdollars == 8)
        }
    }

    @Test func `a lower rate holds from the moment when it is known`() async throws {
        let (fast, slow) = (try #require(EndpointRate("100/s")), try #require(EndpointRate("3/s")))
        try await EngineRig.with(endpoints: [.rig(slots: 100, rate: fast)]) { rig in
            let starts = Self.record(rig)
            try await rig.create(1, 2, 3, 4, 5, 6, 7, 8, 9, 10)
            try await Self.dispatch(rig, until: 10)
            try await Self.change(rig, to: .rig(slots: 100, rate: slow))
            let changed = ContinuousClock.now
            try await rig.create(11, 12, 13, 14, 15, 16)
            try await Self.dispatch(rig, until: 16)
            let later = starts.value.filter { $0 >= changed }
            #expect(later.count == 6)
            #expect(AllowanceTests.worst(later, in: .seconds(1)) <= 3)
            try await Self.checkEachOnce(rig, 16)
        }
    }

    @Test func `a higher rate does not wait for what the lower one had drawn`() async throws {
        let (slow, fast) = (try #require(EndpointRate("1/h")), try #require(EndpointRate("10/s")))
        try await EngineRig.with(endpoints: [.rig(slots: 100, rate: slow)]) { rig in
            let starts = Self.record(rig)
            try await rig.create(1, 2, 3, 4, 5)
            try await Self.dispatch(rig, until: 1)
            try await rig.dispatch()
            #expect(starts.value.count == 1)
            try await Self.change(rig, to: .rig(slots: 100, rate: fast))
            try await Self.dispatch(rig, until: 5)
            #expect(AllowanceTests.worst(starts.value, in: .seconds(1)) <= 10)
            try await Self.checkEachOnce(rig, 5)
        }
    }

    @Test func `attempts that wait for their token hear of another rate`() async throws {
        let (slow, fast) = (try #require(EndpointRate("1/h")), try #require(EndpointRate("10/s")))
        try await NodesUnderTest.with(2) { all in
            let (first, second) = (all.nodes[0], all.nodes[1])
            try await first.store.reconcileEndpoints([.rig(slots: 100)])
            // They are begun, and their owner does not live to hear of it.
            first.performer.play { _ in
                await Signal().wait(atMost: .seconds(600))
                return .accepted(remoteID: nil)
            }
            let posts = (1...3).map { NewPost(submission: .rig(PostID($0)), priority: 0) }
            _ = try await first.engine.create(posts, actor: "scanner")
            try await first.dispatch()
            _ = try await first.performer.attempts(3)
            try await first.store.releaseLeases(node: "node-0")
            try await first.store.reconcileEndpoints([.rig(slots: 100, rate: slow)])
            let starts = Self.record(second)
            try await second.engine.dispatcher.refreshLeases()
            _ = try await second.performer.attempts(1)
            try await second.engine.dispatcher.refreshLeases()
            #expect(starts.value.count == 1)
            try await Self.change(second, to: .rig(slots: 100, rate: fast))
            #expect(Set(try await second.performer.attempts(3).map(\.job.key)).count == 3)
            #expect(AllowanceTests.worst(starts.value, in: .seconds(1)) <= 10)
        }
    }

    @Test func `a node that is started with other settings counts what the last one began`() async throws {
        let budget = EndpointBudget(perDay: 12, jobCost: 3)
        try await NodesUnderTest.with(2) { all in
            let (first, second) = (all.nodes[0], all.nodes[1])
            try await first.store.reconcileEndpoints([.rig(slots: 4)])
            let posts = (1...8).map { NewPost(submission: .rig(PostID($0)), priority: 0) }
            _ = try await first.engine.create(posts, actor: "scanner")
            try await first.dispatch()
            let begun = try await first.performer.attempts(4)
            try await eventually { try await all.number("SELECT count(*) FROM jobs WHERE phase = 'accepted'") == 4 }
            try await first.store.releaseLeases(node: "node-0")
            try await second.store.reconcileEndpoints([.rig(slots: 6, budget: budget)])
            try await second.dispatch()
            // There are two slots, but all of the budget is reserved.
            #expect(second.performer.attempts.isEmpty)
            for attempt in begun[..<2] { try await second.finish(attempt, costing: 1) }
            try await second.dispatch()
            #expect(try await second.performer.attempts(1).count == 1)
            for attempt in begun[2...] { try await first.finish(attempt, costing: 3) }
            try await second.dispatch()
            // Eight are spent and three are reserved.
            #expect(second.performer.attempts.count == 1)
            #expect(Set(first.performer.attempts + second.performer.attempts).count == 5)
            #expect(try await second.store.spending(of: "one").microdollars == 8)
        }
    }

    // MARK: -

    private static func change(_ rig: EngineRig, to endpoint: EndpointRow) async throws {
        try await rig.store.reconcileEndpoints([endpoint])
        try await rig.dispatch()
    }

    private static func record(_ rig: EngineRig) -> Shared<[ContinuousClock.Instant]> {
        let starts = Shared<[ContinuousClock.Instant]>([])
        rig.performer.play { _ in
            starts.withLock { $0.append(.now) }
            return .accepted(remoteID: nil)
        }
        return starts
    }

    private static func dispatch(_ rig: EngineRig, until count: Int) async throws {
        try await eventually("\(count) starts", within: .seconds(20)) {
            try await rig.dispatch()
            return rig.performer.attempts.count >= count
        }
    }

    private static func load(_ rig: EngineRig) async throws -> Int {
        try #require(try await rig.store.endpoints().first).currentLoad
    }

    /// So many posts have had an attempt, and none of them two.
    private static func checkEachOnce(_ rig: EngineRig, _ count: Int) async throws {
        let attempts = rig.performer.attempts
        #expect(attempts.count == count && Set(attempts).count == count)
        #expect(try await rig.store.stuckPosts(limit: 10).isEmpty)
    }
}
