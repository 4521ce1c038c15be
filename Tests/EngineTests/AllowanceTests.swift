import Engine
import Foundation
import JSONValue
import Store
import TestSupport
import Testing
import Threads

@Suite struct AllowanceTests {
    @Test func `a rate is kept, and its next token wakes what waits without a poll`() async throws {
        let rate = try #require(EndpointRate("10/s"))
        try await EngineRig.with(endpoints: [.rig(slots: 100, rate: rate)], running: .everything) { rig in
            let starts = Shared<[ContinuousClock.Instant]>([])
            rig.performer.play { _ in
                starts.withLock { $0.append(.now) }
                return .accepted(remoteID: nil)
            }
            try await rig.engine.dispatcher.refreshLeases()
            try await rig.create(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
            _ = try await rig.performer.attempts(15)
            #expect(Self.worst(starts.value, in: .seconds(1)) <= 10)
        }
    }

    @Test func `a rate is kept when the endpoint has another owner after each start`() async throws {
        let rate = try #require(EndpointRate("4/s"))
        try await NodesUnderTest.with(2) { all in
            let (first, second) = (all.nodes[0], all.nodes[1])
            try await first.store.reconcileEndpoints([.rig(slots: 2000, rate: rate)])
            let starts = Shared<[ContinuousClock.Instant]>([])
            for node in all.nodes {
                node.performer.play { _ in
                    starts.withLock { $0.append(.now) }
                    return .accepted(remoteID: nil)
                }
            }
            let posts = (1...6).map { NewPost(submission: .rig(PostID($0)), priority: 0) }
            _ = try await first.engine.create(posts, actor: "scanner")
            // An owner sends again what the former one was about to hear of: that counts for the rate, and is no new job.
            let jobs = { Set(first.performer.attempts + second.performer.attempts).count }
            var owner = 0
            while jobs() < 6 {
                let (former, name) = (all.nodes[owner], "node-\(owner)")
                owner = 1 - owner
                let (node, count) = (all.nodes[owner], jobs())
                try await eventually("a start after start \(count), by node-\(owner)", within: .seconds(60)) {
                    // The former owner keeps what it has: only the lease goes, as often as it takes it again.
                    try await former.store.releaseLeases(node: name)
                    try await node.dispatch()
                    return jobs() > count
                }
            }
            #expect(Self.worst(starts.value, in: .seconds(1)) <= 4)
        }
    }

    @Test func `what an owner has sent holds up nothing when it owns its endpoint anew`() async throws {
        let rate = try #require(EndpointRate("10/s"))
        try await EngineRig.with(endpoints: [.rig(slots: 100, rate: rate)]) { rig in
            rig.performer.play { _ in
                await Signal().wait(atMost: .seconds(600))
                return .completed(.decided("watch"))
            }
            try await rig.create(1)
            try await eventually {
                try await rig.dispatch()
                return rig.performer.attempts.count == 1
            }
            try await rig.store.releaseLeases(node: "rig")
            try await rig.create(2)
            try await eventually {
                try await rig.dispatch()
                return rig.performer.attempts.count == 2
            }
            #expect(rig.performer.attempts == ["1-1/1", "2-1/1"])
        }
    }

    @Test(arguments: [RigDatabase.sqlite, .postgres])
    func `a budget holds to the last microdollar, with what runs reserved`(_ database: RigDatabase) async throws {
        let budget = EndpointBudget(perDay: 10, jobCost: 3)
        try await EngineRig.with(endpoints: [.rig(slots: 100, budget: budget)], database: database) { rig in
            try await rig.create(1, 2, 3, 4, 5, 6)
            try await rig.dispatch()
            // Three may cost nine together: a fourth might go beyond.
            let first = try await rig.performer.attempts(3)
            try await rig.dispatch()
            #expect(rig.performer.attempts.count == 3)
            // One is spent and six are reserved: three more are left.
            try await rig.finish(first[0], costing: 1)
            try await rig.dispatch()
            let fourth = try await rig.performer.attempts(4)[3]
            // Four are spent and six are reserved.
            try await rig.finish(first[1], costing: 3)
            try await rig.dispatch()
            #expect(rig.performer.attempts.count == 4)
            for attempt in [first[2], fourth] { try await rig.finish(attempt, costing: 3) }
            try await rig.dispatch()
            #expect(rig.performer.attempts.count == 4)
            #expect(try await rig.store.spending(of: "one").microdollars == 10)
        }
    }

    @Test func `what another node's commits cost counts before their reservations go`() async throws {
        try await NodesUnderTest.with(2) { all in
            let (owner, other) = (all.nodes[0], all.nodes[1])
            try await owner.store.reconcileEndpoints([
                .rig(slots: 100, budget: EndpointBudget(perDay: 10, jobCost: 3))
            ])
            let posts = (1...6).map { NewPost(submission: .rig(PostID($0)), priority: 0) }
            _ = try await owner.engine.create(posts, actor: "scanner")
            try await owner.dispatch()
            for attempt in try await owner.performer.attempts(3) {
                try await other.finish(attempt, costing: 3)
            }
            // The owner hears of it by comparing: nine are spent, and a job may cost three.
            for _ in 0..<5 { try await owner.dispatch() }
            #expect(owner.performer.attempts.count == 3)
            #expect(try await owner.store.spending(of: "one").microdollars == 9)
        }
    }

    /// A result that makes its post wait for a person, who may ask for the same job again.
    private static let chart = EngineRig.chart.replacingOccurrences(
        of: "target: watching}",
        with: "target: watching}\n        - {guard: \"event.facts.decision == 'again'\", target: failed}")

    @Test func `a job that is asked for again keeps its reservation until its former attempt's cost is known`()
        async throws
    {
        var options = EngineOptions.quiet
        options.assignsAtOnce = true
        let endpoint = EndpointRow.rig(slots: 100, budget: EndpointBudget(perDay: 8, jobCost: 3))
        try await EngineRig.with(endpoints: [endpoint], options: options, chart: Self.chart) { owner in
            let other = try await EngineRig(
                store: owner.store, clock: owner.clock, options: .quiet, node: "other", chart: Self.chart)
            let running = Task { await other.engine.runLanes() }
            try await owner.dispatch()
            try await owner.create(1)
            let attempt = try await owner.performer.attempts(1)[0]
            try await other.finish(attempt, costing: 3, deciding: "again")
            // Nobody has told the owner that this job has ended and what it has cost.
            _ = try await owner.engine.trigger("retry", data: [:], post: PostID(1), actor: "person:ann")
            try await owner.create(2)
            for _ in 0..<5 { try await owner.dispatch() }
            let runs = try await owner.store.endpoints()[0].currentLoad
            #expect(runs == 1, "three are spent: beside one job that may cost three there is no room")
            await other.engine.drain(grace: .zero)
            await running.value
        }
    }

    @Test func `a preferred endpoint whose next token is not drawn yet is not passed over for one that is free`()
        async throws
    {
        let ahead = Shared(Duration.zero)
        var options = EngineOptions.quiet
        options.assignsAtOnce = true
        let system = options.time
        options.time = TimeSource(now: { system.now + ahead.value }, sleep: { try await system.sleep(for: $0) })
        let rate = try #require(EndpointRate("1/s"))
        let endpoints: [EndpointRow] = [.rig("rated", slots: 9, preference: 9, rate: rate), .rig("other", slots: 9)]
        try await EngineRig.with(endpoints: endpoints, options: options) { rig in
            try await rig.dispatch()
            for post in Int64(1)...3 {
                try await rig.create(post)
                try await rig.dispatch()
                _ = try await rig.performer.attempts(Int(post))
                // Beyond what was drawn ahead.
                ahead.withLock { $0 += .seconds(5) }
            }
            let names = rig.performer.performed.withLock { $0.map(\.endpoint.name) }
            #expect(names == ["rated", "rated", "rated"])
        }
    }

    @Test func `an endpoint over its rate or its budget leaves its jobs to another`() async throws {
        let rate = try #require(EndpointRate("1/h"))
        let endpoints: [EndpointRow] = [
            .rig("rated", slots: 100, preference: 9, rate: rate),
            .rig("budgeted", slots: 100, preference: 5, budget: EndpointBudget(perDay: 5, jobCost: 4)),
            .rig("other", slots: 100),
        ]
        try await EngineRig.with(endpoints: endpoints) { rig in
            try await rig.create(1, 2, 3, 4)
            try await rig.dispatch()
            let names = try await rig.performer.attempts(4).map(\.endpoint.name)
            #expect(names.sorted() == ["budgeted", "other", "other", "rated"])
        }
    }

    @Test(arguments: [true, false])
    func `jobs that are urgent go to the faster of equal endpoints`(_ isUrgent: Bool) async throws {
        try await EngineRig.with(endpoints: [.rig("a-slow"), .rig("b-fast")]) { rig in
            rig.policy.isUrgent.set(isUrgent)
            rig.performer.play { assignment in
                // Slower than anything that a loaded machine adds to the fast one.
                if assignment.endpoint.name == "a-slow" { await Signal().wait(atMost: .milliseconds(1500)) }
                return .completed(
                    Completion(facts: ["decision": "watch"], extras: Extras(results: [.rig(assignment.job)])))
            }
            for post in Int64(1)...5 {
                try await rig.create(post)
                try await rig.dispatch()
                _ = try await rig.row(post) { $0.state.configuration == ["watching"] }
            }
            let names = rig.performer.performed.withLock { $0.map(\.endpoint.name) }
            let slow = "a-slow"
            #expect(
                names == (isUrgent ? [slow, "b-fast", "b-fast", "b-fast", "b-fast"] : Array(repeating: slow, count: 5)))
        }
    }

    /// The most starts within any time of a length.
    static func worst(_ starts: [ContinuousClock.Instant], in length: Duration) -> Int {
        starts.map { start in starts.count { $0 >= start && $0 < start + length } }.max() ?? 0
    }
}

extension ResultRow {
    fileprivate static func rig(_ job: JobRow) -> ResultRow {
        ResultRow(
            post: job.key.post, stage: "triage", result: ["decision": "watch"], hash: "h",
            attempt: "\(job.key)/\(job.attempt)")
    }
}
