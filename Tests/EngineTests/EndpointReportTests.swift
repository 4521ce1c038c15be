import Engine
import JSONValue
import Store
import TestSupport
import Testing
import Threads

/// Why an endpoint takes nothing, from the tables and from its owner's memory.
@Suite struct EndpointReportTests {
    @Test(arguments: RigDatabase.allCases)
    func `an endpoint that takes work says what it has cost and how fast it is`(_ database: RigDatabase) async throws {
        let budget = EndpointBudget(perDay: 10, jobCost: 3)
        try await EngineRig.with(endpoints: [.rig(slots: 100, budget: budget)], database: database) { rig in
            #expect(try await Self.only(rig).reasons == [.noOwner])
            try await rig.create(1)
            try await rig.dispatch()
            try await rig.finish(try await rig.performer.attempts(1)[0], costing: 2)
            let report = try await Self.only(rig)
            #expect(report.takesWork == true && report.reasons.isEmpty && report.nextAt == nil)
            #expect(report.spent == 2 && report.reserved == 0)
            #expect(report.standing?.running == 0)
        }
    }

    @Test func `a full or drained or held endpoint says so, without a moment`() async throws {
        try await EngineRig.with(endpoints: [.rig(slots: 1)]) { rig in
            try await rig.create(1)
            try await rig.dispatch()
            _ = try await rig.performer.attempts(1)
            #expect(try await Self.only(rig).reasons == [.full])
            #expect(try await rig.store.setDrained(true, endpoint: "one"))
            _ = try await rig.store.hold(
                HoldRow(scope: .everything, name: "", reason: "night", actor: "test"))
            let report = try await Self.only(rig)
            #expect(report.reasons == [.drained, .held, .full])
            #expect(report.takesWork == false && report.nextAt == nil)
        }
    }

    @Test func `what is spent comes back at the end of the day, what is reserved when jobs end`() async throws {
        let budget = EndpointBudget(perDay: 10, jobCost: 5)
        try await EngineRig.with(endpoints: [.rig(slots: 100, budget: budget)]) { rig in
            try await rig.create(1, 2)
            try await rig.dispatch()
            let attempts = try await rig.performer.attempts(2)
            let reserved = try await Self.only(rig)
            #expect(reserved.reasons == [.overBudget] && reserved.reserved == 10 && reserved.nextAt == nil)
            for attempt in attempts { try await rig.finish(attempt, costing: 5) }
            let spent = try await Self.only(rig)
            #expect(spent.reasons == [.overBudget] && spent.spent == 10 && spent.reserved == 0)
            #expect(spent.nextAt == (try await rig.store.spending().dayEnds))
        }
    }

    @Test func `a rate that is used up says when the next attempt may start`() async throws {
        let rate = try #require(EndpointRate("1/h"))
        try await EngineRig.with(endpoints: [.rig(slots: 100, rate: rate)]) { rig in
            try await rig.engine.dispatcher.refreshLeases()
            #expect(try await Self.only(rig).takesWork == true)
            try await rig.create(1)
            try await eventually {
                try await rig.dispatch()
                return rig.performer.attempts.count == 1
            }
            let report = try await Self.only(rig)
            #expect(report.reasons == [.rate])
            let wait = try #require(report.nextAt) - rig.engine.clock.now
            #expect(wait > .seconds(3500) && wait <= .seconds(3700))
        }
    }

    @Test func `after faults it rests until a moment`() async throws {
        try await EngineRig.with(endpoints: [.rig(slots: 5)], options: Self.breaking(.seconds(60))) { rig in
            try await Self.fail(rig)
            var report = try await Self.only(rig)
            try await eventually {
                report = try await Self.only(rig)
                return report.reasons == [.openBreaker]
            }
            #expect(report.standing?.faults == 1 && report.nextAt != nil)
            #expect(report.nextAt == report.standing?.pausedUntil)
        }
    }

    @Test func `after its rest it does with one job at a time`() async throws {
        try await EngineRig.with(endpoints: [.rig(slots: 5)], options: Self.breaking(.milliseconds(1))) { rig in
            try await Self.fail(rig)
            try await eventually("a probe", within: .seconds(20)) {
                // Until its job is ready again.
                if rig.performer.attempts.count < 2 { try await rig.advance(.milliseconds(100)) }
                try await rig.dispatch()
                return rig.performer.attempts.count == 2
            }
            let report = try await Self.only(rig)
            #expect(report.reasons == [.openBreaker] && report.nextAt == nil)
            #expect(report.standing?.pausedUntil == nil && report.standing?.running == 1)
        }
    }

    @Test func `what only its owner knows is not said by another node`() async throws {
        try await NodesUnderTest.with(2) { all in
            let (owner, other) = (all.nodes[0], all.nodes[1])
            try await owner.engine.dispatcher.refreshLeases()
            try await other.engine.dispatcher.refreshLeases()
            #expect(try await Self.only(owner).takesWork == true)
            let report = try await Self.only(other)
            #expect(report.takesWork == nil && report.standing == nil && report.load.owner == "node-0")
            _ = try await owner.store.setDrained(true, endpoint: "one")
            #expect(try await Self.only(other).takesWork == false)
            _ = try await owner.store.setDrained(false, endpoint: "one")
            // What the former owner remembers is worth nothing without the lease.
            try await owner.store.releaseLeases(node: "node-0")
            for node in all.nodes { #expect(try await Self.only(node).reasons == [.noOwner]) }
            _ = try await all.beside.query(
                "UPDATE endpoints SET owner = 'node-0', lease_until = clock_timestamp() - interval '1 second'")
            for node in all.nodes { #expect(try await Self.only(node).reasons == [.noOwner]) }
        }
    }

    private static func breaking(_ pause: Duration) -> EngineOptions {
        var options = EngineOptions.quiet
        options.breakerFaults = 1
        options.breakerPause = pause
        return options
    }

    /// One fault of the endpoint; what it gets next takes long.
    private static func fail(_ rig: EngineRig) async throws {
        let isFirst = Shared(true)
        rig.performer.play { _ in
            if isFirst.withLock({ first in
                defer { first = false }; return first
            }) {
                return .endpointFault(code: "down", message: "down", retryAfter: nil)
            }
            await Signal().wait(atMost: .seconds(600))
            return .accepted(remoteID: nil)
        }
        try await rig.create(1)
        try await rig.dispatch()
        _ = try await rig.performer.attempts(1)
    }

    private static func only(_ rig: EngineRig) async throws -> EndpointReport {
        try #require(try await rig.engine.endpointReports().first)
    }
}
