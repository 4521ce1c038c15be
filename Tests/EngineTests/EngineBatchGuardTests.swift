import JSONValue
import Statechart
import Store
import Testing
import Threads

@testable import Engine

/// Limits of queues and retries, commits that are refused, events that break.
@Suite struct EngineBatchGuardTests {
    private static func event(_ name: String, post: Int64 = 1) -> Work {
        Work(post: PostID(post), kind: .event(Event(name), inbox: nil), actor: "test")
    }

    private static var oneLane: EngineOptions {
        var options = EngineOptions.quiet
        options.lanes = 1
        return options
    }

    /// Brings post 1 to where it watches.
    private func watch(_ rig: EngineRig) async throws -> PostRow {
        rig.performer.play { _ in .completed(.decided("watch")) }
        try await rig.create(1)
        try await rig.dispatch()
        return try await rig.row(1) { $0.state.configuration == ["watching"] }
    }

    @Test func `a full lane refuses what can be sent again and takes what is the service's own`() async throws {
        let lane = Lane(limit: 2, batchLimit: 10)
        try lane.submit(Self.event("a"))
        try lane.submit(Self.event("b"))
        let refused = #expect(throws: EngineError.self) { try lane.submit(Self.event("c")) }
        #expect(refused?.code == .overloaded)
        let timer = Work(post: PostID(1), kind: .event(.timer("t", occurrence: 1), inbox: nil), actor: "timer")
        try lane.submit(timer)
        #expect(lane.depth == 3)
        lane.close()
        #expect(throws: EngineError.self) { try lane.submit(timer) }
        #expect(await lane.next()?.count == 3)
        #expect(await lane.next() == nil)
    }

    @Test func `a lane gives no more than one batch at a time, and losers come first`() async throws {
        let lane = Lane(limit: 10, batchLimit: 2)
        for post in 1...5 { try lane.submit(Self.event("a", post: Int64(post))) }
        let first = try #require(await lane.next())
        #expect(first.map(\.post.rawValue) == [1, 2])
        lane.retry(first)
        #expect(await lane.next()?.map(\.post.rawValue) == [1, 2])
        #expect(await lane.next()?.map(\.post.rawValue) == [3, 4])
    }

    @Test func `an input that loses is taken again, but not for ever`() async throws {
        try await EngineRig.with { rig in
            let before = try await watch(rig)
            rig.store.fail(.contention, .contention)
            guard case .taken = try await rig.engine.trigger("poke", data: [:], post: PostID(1), actor: "x") else {
                return #expect(Bool(false), "taken at the third time")
            }
            rig.store.keepFailing(.contention)
            let error = await #expect(throws: EngineError.self) {
                try await rig.engine.trigger("poke", data: [:], post: PostID(1), actor: "x")
            }
            #expect(error?.code == .contention)
            #expect(try await rig.row(1) { _ in true }.revision == before.revision + 1)
        }
    }

    @Test func `an event that the database refuses harms no other event of its post`() async throws {
        try await EngineRig.with(options: Self.oneLane) { rig in
            _ = try await watch(rig)
            rig.store.keepFailing(.refusesEvent("weaken"))
            rig.store.hold()
            try rig.engine.gate.lanes[0].submit(Self.event("poke"))
            let works = ["poke", "weaken", "poke"].map { Self.event($0) }
            for work in works { try rig.engine.gate.lanes[0].submit(work) }
            rig.store.release()
            guard case .taken = try await works[0].reply.value else { return #expect(Bool(false), "first") }
            await #expect(throws: StoreError.self) { try await works[1].reply.value }
            guard case .taken = try await works[2].reply.value else { return #expect(Bool(false), "third") }
            #expect(try await rig.row(1) { $0.state.context["pokes"] == 3 }.state.configuration == ["watching"])
        }
    }

    @Test func `a batch in doubt is asked about until the database answers`() async throws {
        try await EngineRig.with { rig in
            let before = try await watch(rig)
            rig.store.failWinners(3)
            rig.store.fail(.lostAnswer)
            guard case .taken = try await rig.engine.trigger("poke", data: [:], post: PostID(1), actor: "x") else {
                return #expect(Bool(false))
            }
            #expect(try await rig.row(1) { _ in true }.revision == before.revision + 1)
        }
    }

    @Test func `a timer of an earlier occurrence is stale`() async throws {
        try await EngineRig.with { rig in
            let before = try await watch(rig)
            rig.clock.advance(by: .seconds(600))
            let timer = try #require(try await rig.store.dueTimers(after: nil, limit: 1).first)
            let old = Event.timer(timer.name, occurrence: timer.occurrence - 1)
            let work = Work(post: PostID(1), kind: .event(old, inbox: nil), actor: "timer")
            guard case .stale = try await rig.engine.gate.take(work) else { return #expect(Bool(false)) }
            #expect(try await rig.row(1) { _ in true } == before)
            #expect(try await rig.engine.timers.fireDue() == 1)
        }
    }

    @Test func `a timer that the chart cannot take parks its post and does not fire again`() async throws {
        try await EngineRig.with { rig in
            _ = try await watch(rig)
            _ = try await rig.engine.trigger("weaken", data: [:], post: PostID(1), actor: "x")
            rig.clock.advance(by: .seconds(10))
            #expect(try await rig.engine.timers.fireDue() == 1)
            let parked = try await rig.row(1) { $0.state.metadata["parked"] != nil }
            #expect(parked.state.waitsFor == .person)
            #expect(try await rig.engine.timers.fireDue() == 0)
            #expect(try await rig.store.dueTimers(after: nil, limit: 1).isEmpty)
            try await rig.checkLaws(1)
        }
    }

    @Test func `a result that the chart cannot take counts, and parks its post`() async throws {
        try await EngineRig.with { rig in
            try await rig.create(1)
            try await rig.dispatch()
            let deliver = {
                try await rig.engine.deliver(
                    .success(.decided("break")), job: JobKey(post: PostID(1), number: 1), attempt: 1,
                    delivery: Delivery(id: "a", bodyHash: "h", body: []), actor: "endpoint:one")
            }
            guard case .taken(let standing) = try await deliver() else { return #expect(Bool(false), "first") }
            let parked = standing.row
            #expect(parked.state.metadata["parked"] != nil && parked.state.waitsFor == .person)
            guard case .duplicate = try await deliver() else { return #expect(Bool(false), "second") }
            try await rig.checkLaws(1)
        }
    }

    @Test func `an assignment that the chart cannot take ends the job and parks its post`() async throws {
        try await EngineRig.with { rig in
            let post = NewPost(submission: .rig(PostID(1)), priority: 1, context: ["pokes": 7])
            _ = try await rig.engine.create([post], actor: "scanner")
            try await rig.dispatch()
            let parked = try await rig.row(1) { $0.state.metadata["parked"] != nil }
            #expect(parked.state.waitsFor == .person)
            #expect(rig.performer.attempts.isEmpty)
            #expect(try await rig.store.job(JobKey(post: PostID(1), number: 1)) == nil)
            try await rig.checkLaws(1)
        }
    }

    @Test func `a post on a chart that this node lacks is left to others`() async throws {
        try await EngineRig.with { rig in
            let before = try await watch(rig)
            let chart = EngineRig.chart.replacing("PT600S", with: "PT700S")
            let other = try await EngineRig(
                store: rig.store, clock: rig.clock, options: .quiet, node: "other", chart: chart)
            let lanes = Task { await other.engine.runLanes() }
            guard
                case .foreignChart(before.state.chart) = try await other.engine.trigger(
                    "poke", data: [:], post: PostID(1), actor: "x")
            else { return #expect(Bool(false)) }
            #expect(try await rig.row(1) { _ in true } == before)
            await other.engine.drain(grace: .zero)
            await lanes.value
        }
    }

    @Test func `from the beginning of a drain on nothing is taken from outside`() async throws {
        try await EngineRig.with { rig in
            let finish = Signal()
            rig.performer.play { _ in
                await finish.wait(atMost: .seconds(60))
                return .completed(.decided("watch"))
            }
            try await rig.create(1)
            try await rig.dispatch()
            _ = try await rig.performer.attempts(1)
            let drain = Task { await rig.engine.drain(grace: .seconds(60)) }
            while !rig.engine.isDraining.withLock({ $0 }) { await Task.yield() }
            let error = await #expect(throws: EngineError.self) {
                try await rig.engine.trigger("cancel", data: [:], post: PostID(1), actor: "x")
            }
            #expect(error?.code == .stopping)
            finish.raise()
            await drain.value
            #expect(try await rig.row(1) { _ in true }.state.configuration == ["watching"])
        }
    }
}
