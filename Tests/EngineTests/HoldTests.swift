import JSONValue
import Store
import Testing

@testable import Engine

@Suite struct HoldTests {
    private func hold(_ rig: EngineRig, _ post: Int64) async throws -> WorkOutcome {
        try await rig.engine.operate(.hold(reason: "why"), post: PostID(post), actor: "person:ann")
    }

    private func release(_ rig: EngineRig, _ post: Int64) async throws -> WorkOutcome {
        try await rig.engine.operate(.release(reason: "done"), post: PostID(post), actor: "person:ann")
    }

    private func finish(_ rig: EngineRig, _ post: Int64, _ decision: String, attempt: Int = 1) async throws {
        let delivery = Delivery(id: "d\(attempt)", bodyHash: "h", body: [])
        let outcome = try await rig.engine.deliver(
            .success(.decided(decision)), job: JobKey(post: PostID(post), number: 1), attempt: attempt,
            delivery: delivery, actor: "endpoint:one")
        guard case .taken = outcome else { return #expect(Bool(false), "\(outcome)") }
    }

    @Test func `a held post's job is assigned to nobody until it is released`() async throws {
        try await EngineRig.with { rig in
            try await rig.create(1, 2)
            guard case .taken(let standing) = try await hold(rig, 1) else { return #expect(Bool(false)) }
            #expect(standing.row.state.metadata["held"]?["reason"] == "why")
            try await rig.dispatch()
            #expect(try await rig.performer.attempts(1).map(\.job.key.post.rawValue) == [2])
            // Longer than its time in the queue, and no attempt is due either.
            rig.clock.advance(by: .seconds(20))
            _ = try await rig.engine.timers.fireDue()
            rig.clock.advance(by: .seconds(3600))
            #expect(try await rig.store.job(JobKey(post: PostID(1), number: 1))?.phase == .waiting)
            #expect(try await rig.store.stuckPosts(limit: 9).map(\.post) == [PostID(2)])
            guard case .taken = try await release(rig, 1) else { return #expect(Bool(false)) }
            try await rig.dispatch()
            #expect(try await rig.performer.attempts(2).map(\.job.key.post.rawValue) == [2, 1])
            let events = try await rig.store.history(PostID(1), after: 0, limit: 9).map { "\($0.event) \($0.actor)" }
            #expect(events.prefix(3) == ["start scanner", "hold person:ann", "release person:ann"])
            _ = try await rig.engine.timers.fireDue()
            try await rig.checkLaws(1)
        }
    }

    @Test func `a released job has its whole time in the queue again`() async throws {
        try await EngineRig.with { rig in
            try await rig.create(1)
            _ = try await hold(rig, 1)
            rig.clock.advance(by: .seconds(10_000))
            _ = try await release(rig, 1)
            rig.clock.advance(by: .seconds(299))
            #expect(try await rig.engine.timers.fireDue() == 0)
            rig.clock.advance(by: .seconds(2))
            #expect(try await rig.engine.timers.fireDue() == 1)
            try await rig.checkLaws(1)
        }
    }

    @Test func `holding twice, releasing what is not held, and holding what has ended change nothing`() async throws {
        try await EngineRig.with { rig in
            try await rig.create(1)
            guard case .ignored = try await release(rig, 1) else { return #expect(Bool(false)) }
            _ = try await hold(rig, 1)
            guard case .ignored = try await hold(rig, 1) else { return #expect(Bool(false)) }
            _ = try await rig.engine.trigger("cancel", data: [:], post: PostID(1), actor: "person:ann")
            let row = try await rig.row(1) { $0.state.configuration == ["cancelled"] }
            #expect(row.state.metadata["held"] == nil)
            guard case .ignored = try await hold(rig, 1) else { return #expect(Bool(false)) }
            guard case .unknownPost = try await hold(rig, 9) else { return #expect(Bool(false)) }
            #expect(row.revision == 3)
            try await rig.checkLaws(1)
        }
    }

    @Test func `what runs when its post is held goes on, and what comes next waits`() async throws {
        try await EngineRig.with { rig in
            rig.performer.play { _ in .accepted(remoteID: nil) }
            try await rig.create(1)
            try await rig.dispatch()
            _ = try await rig.performer.attempts(1)
            _ = try await hold(rig, 1)
            let failure = JobFailure(code: "bad", message: "no", isRetryable: true)
            _ = try await rig.engine.deliver(
                .failure(failure), job: JobKey(post: PostID(1), number: 1), attempt: 1,
                delivery: Delivery(id: "d", bodyHash: "h", body: []), actor: "endpoint:one")
            // The timer goes on while the post is held.
            rig.clock.advance(by: .seconds(1))
            #expect(try await rig.engine.timers.fireDue() == 1)
            _ = try await rig.row(1) { $0.state.status == "pending" }
            try await rig.dispatch()
            #expect(rig.performer.attempts.count == 1)
            #expect(try await rig.store.job(JobKey(post: PostID(1), number: 1))?.isHeld == true)
            try await rig.checkLaws(1)
            _ = try await release(rig, 1)
            try await rig.dispatch()
            #expect(try await rig.performer.attempts(2).count == 2)
            try await finish(rig, 1, "watch", attempt: 2)
            try await rig.checkLaws(1)
        }
    }

    @Test func `an attempt that is put back while its post is held waits for the release`() async throws {
        try await EngineRig.with { rig in
            rig.performer.play { _ in
                await rig.policy.gate.wait()
                return .endpointFault(code: "http_500", message: "no", retryAfter: nil)
            }
            try await rig.create(1)
            try await rig.dispatch()
            _ = try await rig.performer.attempts(1)
            _ = try await hold(rig, 1)
            rig.policy.gate.happen()
            _ = try await rig.row(1) { $0.state.status == "pending" }
            rig.clock.advance(by: .seconds(3600))
            #expect(try await rig.engine.timers.fireDue() == 0)
            try await rig.dispatch()
            #expect(rig.performer.attempts.count == 1)
            try await rig.checkLaws(1)
        }
    }

    @Test func `a claim that was read before the hold assigns nothing after it`() async throws {
        try await EngineRig.with { rig in
            try await rig.create(1)
            try await rig.engine.dispatcher.refreshLeases()
            let job = try #require(try await rig.store.readyJobs(sources: ["triage"], limit: 1).first)
            let owned = try #require(rig.engine.dispatcher.owned.withLock { $0["one"] })
            _ = try await hold(rig, 1)
            for kind in [
                Work.Kind.assign(job, owned.row, owned.lease, []),
                .limit(job, until: rig.engine.clock.now, [], reason: "x", owned.lease),
            ] {
                let work = Work(post: PostID(1), kind: kind, actor: "dispatcher")
                guard case .stale = try await rig.engine.gate.take(work) else { return #expect(Bool(false)) }
            }
            var expired = Finish(job: 1, attempt: nil, result: .failure(rig.policy.expiry(of: "", phase: .waiting)))
            expired.expired = job
            let late = Work(post: PostID(1), kind: .finish(expired), actor: "timer")
            guard case .stale = try await rig.engine.gate.take(late) else { return #expect(Bool(false)) }
        }
    }

    @Test func `another priority moves the post's job in the queue, and says so in the history`() async throws {
        try await EngineRig.with(endpoints: [.rig(slots: 1)]) { rig in
            try await rig.create(1, 2)
            let change = PostOperation.prioritise(.add(5))
            guard case .taken(let standing) = try await rig.engine.operate(change, post: PostID(1), actor: "person:ann")
            else { return #expect(Bool(false)) }
            #expect(standing.row.state.priority == 6)
            try await rig.dispatch()
            #expect(try await rig.performer.attempts(1).map(\.job.key.post.rawValue) == [1])
            let last = try #require(try await rig.store.history(PostID(1), after: 1, limit: 1).first)
            #expect(last.event == "prioritise" && last.data == ["before": 1, "priority": 6])
            try await rig.checkLaws(1)
        }
    }

    @Test(arguments: [Int.max, Int.min]) func `a priority stays within its range`(value: Int) {
        #expect(PriorityChange.range.contains(PriorityChange.set(value).applied(to: 3)))
        #expect(PriorityChange.range.contains(PriorityChange.add(value).applied(to: 3)))
    }
}
