import Store
import Testing

@testable import Engine

/// What an owner of an endpoint must not believe of its own memory.
@Suite struct OwnerGuardTests {
    @Test func `a lease that was not renewed for two thirds of its time is not young`() async throws {
        try await EngineRig.with { rig in
            let dispatcher = rig.engine.dispatcher
            try await dispatcher.refreshLeases()
            let lease = try #require(dispatcher.owned.withLock { $0["one"]?.lease })
            #expect(dispatcher.isYoung(lease))
            dispatcher.renewedAt.withLock { $0 -= dispatcher.options.leaseTime * 2 / 3 }
            #expect(!dispatcher.isYoung(lease))
        }
    }

    @Test func `a look at the table that is older than an assignment frees nothing of it`() async throws {
        try await EngineRig.with(endpoints: [.rig(slots: 2)]) { rig in
            let dispatcher = rig.engine.dispatcher
            rig.performer.play { _ in .accepted(remoteID: nil) }
            @Sendable func untilAccepted() async {
                while !dispatcher.attempts.withLock({ $0.isEmpty }) { await Task.yield() }
            }
            try await rig.create(1)
            try await rig.dispatch()
            await untilAccepted()
            rig.store.afterRunningKeys {
                _ = try? await rig.create(2)
                _ = try? await dispatcher.assignReady()
                await untilAccepted()
            }
            try await dispatcher.refreshLeases()
            #expect(dispatcher.owned.withLock { $0["one"]?.running.count } == 2)
        }
    }

    @Test func `a job that a former owner had may not be sent without a token of the rate`() throws {
        let now = ContinuousClock.now
        let rate = try #require(EndpointRate("1/min"))
        var endpoint = OwnedEndpoint(
            lease: Lease(endpoint: "one", node: "rig", epoch: 2), row: .rig(slots: 5),
            breaker: Breaker(faultLimit: 3, pause: .seconds(1)), rate: RateMeter(rate), reconcileAt: now, origin: now)
        if case .go = endpoint.pace(JobKey(post: PostID(1), number: 1), at: now) {
            Issue.record("it went without a token")
        }
    }

    @Test func `what is spent is read again when the day is over, and not much later otherwise`() {
        let now = ContinuousClock.now
        var meter = BudgetMeter(EndpointBudget(perDay: 10, jobCost: 3))
        #expect(meter.isOld(at: now) && meter.room(beside: 0) == 0)
        meter.read(EndpointSpending(microdollars: 9, dayLeft: 5_000_000), since: 0, at: now)
        #expect(!meter.isOld(at: now + .seconds(4)) && meter.isOld(at: now + .seconds(5)))
        meter.read(EndpointSpending(microdollars: 1, dayLeft: 3_600_000_000), since: 0, at: now)
        #expect(!meter.isOld(at: now + .seconds(29)) && meter.isOld(at: now + .seconds(30)))
    }
}
