import JSONValue
import Statechart
import Store
import Testing
import Threads

@testable import Engine

/// Inputs about jobs that come too late, twice, or from one who may not.
@Suite struct EngineJobGuardTests {
    private func work(_ rig: EngineRig, _ kind: Work.Kind, post: Int64 = 1) -> Work {
        Work(post: PostID(post), kind: kind, actor: "test")
    }

    @Test func `a job that was assigned is not assigned or held back again`() async throws {
        try await EngineRig.with { rig in
            try await rig.create(1)
            let job = try #require(try await rig.store.job(JobKey(post: PostID(1), number: 1)))
            try await rig.dispatch()
            let lease = try #require(rig.engine.dispatcher.owned.withLock { $0["one"]?.lease })
            let row = try await rig.row(1) { $0.state.status == "processing" }
            let again = work(rig, .assign(job, .rig(), lease, []))
            guard case .stale = try await rig.engine.gate.take(again) else { return #expect(Bool(false), "assign") }
            let limit = work(rig, .limit(job, until: rig.engine.clock.now, [], reason: "x", lease))
            guard case .stale = try await rig.engine.gate.take(limit) else { return #expect(Bool(false), "limit") }
            #expect(try await rig.row(1) { _ in true } == row)
        }
    }

    @Test func `a job is put back by its own attempt only, and only while it has one`() async throws {
        try await EngineRig.with { rig in
            try await rig.engine.dispatcher.refreshLeases()
            let lease = try #require(rig.engine.dispatcher.owned.withLock { $0["one"]?.lease })
            try await rig.create(1)
            let back = { (attempt: Int) in
                self.work(
                    rig, .putBack(job: 1, attempt: attempt, code: "x", message: "x", after: .zero, under: lease))
            }
            guard case .stale = try await rig.engine.gate.take(back(0)) else { return #expect(Bool(false), "waiting") }
            try await rig.dispatch()
            guard case .stale = try await rig.engine.gate.take(back(2)) else { return #expect(Bool(false), "other") }
            guard case .taken = try await rig.engine.gate.take(back(1)) else { return #expect(Bool(false), "own") }
            try await rig.checkLaws(1)
        }
    }

    @Test func `who lost an endpoint's lease assigns nothing, sends nothing and forgets the endpoint`() async throws {
        try await EngineRig.with { rig in
            try await rig.engine.dispatcher.refreshLeases()
            try await rig.store.releaseLeases(node: "rig")
            #expect(try await rig.store.acquireLeases(node: "other", microseconds: 3_600_000_000).count == 1)
            try await rig.create(1)
            #expect(try await rig.engine.dispatcher.assignReady() == 0)
            #expect(rig.engine.dispatcher.owned.withLock { $0.isEmpty })
            #expect(rig.performer.attempts.isEmpty)
            #expect(try await rig.row(1) { _ in true }.state.status == "pending")
        }
    }

    @Test func `a look at the leases drops what another node has taken`() async throws {
        try await EngineRig.with { rig in
            try await rig.engine.dispatcher.refreshLeases()
            try await rig.store.releaseLeases(node: "rig")
            _ = try await rig.store.acquireLeases(node: "other", microseconds: 3_600_000_000)
            try await rig.engine.dispatcher.renewLeases()
            #expect(rig.engine.dispatcher.owned.withLock { $0.isEmpty })
        }
    }

    @Test func `a slot is not reserved under a lease that is gone`() async throws {
        try await EngineRig.with { rig in
            try await rig.create(1)
            let job = try #require(try await rig.store.job(JobKey(post: PostID(1), number: 1)))
            let lease = Lease(endpoint: "one", node: "rig", epoch: 99)
            let limit = work(rig, .limit(job, until: rig.engine.clock.now, [], reason: "x", lease))
            let error = await #expect(throws: EngineError.self) { try await rig.engine.gate.take(limit) }
            #expect(error?.code == .staleLease)
        }
    }

    @Test func `a stale lease in a batch fails its own inputs, the others are committed`() async throws {
        var options = EngineOptions.quiet
        options.lanes = 1
        try await EngineRig.with(options: options) { rig in
            let stale = Lease(endpoint: "one", node: "rig", epoch: 99)
            try await rig.create(1, 2)
            let job = try #require(try await rig.store.job(JobKey(post: PostID(1), number: 1)))
            rig.store.hold()
            try rig.engine.gate.lanes[0].submit(work(rig, .event(Event("cancel"), inbox: nil), post: 3))
            let fenced = work(rig, .assign(job, .rig(), stale, []))
            let beside = work(rig, .event(Event("cancel"), inbox: nil), post: 2)
            for work in [fenced, beside] { try rig.engine.gate.lanes[0].submit(work) }
            rig.store.release()
            let error = await #expect(throws: EngineError.self) { try await fenced.reply.value }
            #expect(error?.code == .staleLease)
            guard case .taken = try await beside.reply.value else { return #expect(Bool(false), "beside") }
        }
    }

    @Test func `a new owner sends the attempts that were going out again, as the same attempts`() async throws {
        var options = EngineOptions.quiet
        options.leaseTime = .seconds(60)
        try await EngineRig.with(options: options) { rig in
            rig.performer.play { _ in
                await Signal().wait(atMost: .seconds(600))
                return .accepted(remoteID: nil)
            }
            try await rig.create(1)
            try await rig.dispatch()
            _ = try await rig.performer.attempts(1)
            rig.clock.advance(by: .seconds(61))
            let second = try await EngineRig(store: rig.store, clock: rig.clock, options: options, node: "second")
            try await second.engine.dispatcher.refreshLeases()
            let sent = try #require(try await second.performer.attempts(1).first)
            #expect("\(sent.job.key)/\(sent.job.attempt)" == "1-1/1")
            #expect(sent.isResend)
            #expect(sent.lease.node == "second")
        }
    }

    @Test func `a drain leaves an attempt that cannot be repeated to its next owner`() async throws {
        try await EngineRig.with { rig in
            rig.performer.canRepeat.set(false)
            rig.performer.play { _ in
                await Signal().wait(atMost: .seconds(600))
                return .completed(.decided("watch"))
            }
            try await rig.create(1)
            try await rig.dispatch()
            _ = try await rig.performer.attempts(1)
            await rig.engine.drain(grace: .zero)
            let job = try #require(try await rig.store.job(JobKey(post: PostID(1), number: 1)))
            #expect(job.phase == .starting && job.attempt == 1)
            // Its request may be on its way: nobody looks for it before the lease has run out.
            #expect(try await rig.store.endpoints().first?.owner == "rig")
        }
    }

    @Test func `a node runs no more attempts at a time than its limit`() async throws {
        var options = EngineOptions.quiet
        options.attemptLimit = 2
        try await EngineRig.with(options: options) { rig in
            rig.performer.play { _ in
                await Signal().wait(atMost: .seconds(600))
                return .completed(.decided("watch"))
            }
            try await rig.create(1, 2, 3, 4, 5)
            try await rig.dispatch()
            #expect(try await rig.store.endpoints().first?.currentLoad == 2)
        }
    }

    @Test func `who waited long goes before newer ones of higher priority`() async throws {
        try await EngineRig.with { rig in
            try await rig.create(1)
            rig.clock.advance(by: .seconds(300))
            _ = try await rig.engine.create(
                (2...30).map { NewPost(submission: .rig(PostID($0)), priority: Int($0)) }, actor: "scanner")
            try await rig.engine.dispatcher.refreshLeases()
            #expect(try await rig.engine.dispatcher.assignReady() == 10)
            let posts = try await rig.performer.attempts(10).map(\.job.key.post.rawValue)
            #expect(posts.contains(1))
        }
    }

    @Test func `an open breaker lets nothing pass, and after its pause one probe`() {
        var breaker = Breaker(faultLimit: 3, pause: .seconds(2))
        let now = ContinuousClock.now
        breaker.fault(at: now, retryAfter: nil)
        breaker.fault(at: now, retryAfter: nil)
        #expect(breaker.permits(at: now, of: 5) == 5)
        breaker.fault(at: now, retryAfter: nil)
        #expect(breaker.permits(at: now + .seconds(1), of: 5) == 0)
        #expect(breaker.permits(at: now + .seconds(2), of: 5) == 1)
        breaker.fault(at: now + .seconds(2), retryAfter: nil)
        #expect(breaker.permits(at: now + .seconds(5), of: 5) == 0)
        breaker.succeed()
        #expect(breaker.permits(at: now + .seconds(5), of: 5) == 5)
    }
}
