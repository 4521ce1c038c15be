import JSONValue
import Statechart
import Store
import Testing
import Threads

@testable import Engine

/// What a node may not do any more when its endpoint, or its inbox event, has become another's. All found by simulation.
@Suite struct FormerOwnerTests {
    /// Gives the rig's endpoint to another node.
    private func takeAway(_ rig: EngineRig) async throws {
        try await rig.store.releaseLeases(node: "rig")
        #expect(try await rig.store.acquireLeases(node: "other", microseconds: 3_600_000_000).count == 1)
    }

    @Test func `a former owner puts no job back`() async throws {
        try await EngineRig.with { rig in
            try await rig.create(1)
            try await rig.dispatch()
            let lease = try #require(rig.engine.dispatcher.owned.withLock { $0["one"]?.lease })
            let row = try await rig.row(1) { $0.state.status == "processing" }
            try await takeAway(rig)
            let back = Work(
                post: PostID(1),
                kind: .putBack(job: 1, attempt: 1, code: "x", message: "x", after: .zero, under: lease), actor: "test")
            let error = await #expect(throws: EngineError.self) { try await rig.engine.gate.take(back) }
            #expect(error?.code == .staleLease)
            #expect(try await rig.row(1) { _ in true } == row)
        }
    }

    @Test func `a node that drains begins nothing of what it was about to take over`() async throws {
        try await EngineRig.with { rig in
            let dispatcher = rig.engine.dispatcher
            rig.performer.play { _ in
                await Signal().wait(atMost: .seconds(600))
                return .accepted(remoteID: nil)
            }
            try await rig.create(1)
            try await rig.dispatch()
            let attempt = try #require(try await rig.performer.attempts(1).first)
            await rig.engine.drain(grace: .zero)
            // Its orphans were read before the drain, and are heard of now.
            let assignee = Assignee(lease: attempt.lease, row: attempt.endpoint)
            dispatcher.start(attempt.job, at: assignee, isResend: true)
            #expect(dispatcher.attempts.withLock { $0.isEmpty })
        }
    }

    @Test func `a lease that was lost is not young because the node has renewed what it has left`() async throws {
        try await EngineRig.with { rig in
            let dispatcher = rig.engine.dispatcher
            try await dispatcher.refreshLeases()
            let lease = try #require(dispatcher.owned.withLock { $0["one"]?.lease })
            #expect(dispatcher.isYoung(lease))
            try await takeAway(rig)
            try await dispatcher.renewLeases()
            #expect(!dispatcher.isYoung(lease))
        }
    }

    @Test func `an assignment that is heard of after its lease was lost is sent as one sent again`() async throws {
        try await EngineRig.with { rig in
            try await rig.engine.dispatcher.refreshLeases()
            try await rig.create(1)
            rig.store.fail(.lostAnswer)
            rig.store.failWinners(1000)
            let assigning = Task { try await rig.engine.dispatcher.assignReady() }
            let key = JobKey(post: PostID(1), number: 1)
            while try await rig.store.job(key)?.phase != .starting {
                await rig.committed.wait(atMost: .milliseconds(5))
            }
            try await takeAway(rig)
            try await rig.engine.dispatcher.renewLeases()
            rig.store.failWinners(0)
            #expect(try await assigning.value == 1)
            #expect(try await rig.performer.attempts(1).map(\.isResend) == [true])
        }
    }

    @Test func `an event of the inbox that lost is read again, not tried again`() {
        let event = Event("poke")
        #expect(!Work(post: PostID(1), kind: .event(event, inbox: 7), actor: "tool:x").canBeTakenAgain)
        #expect(Work(post: PostID(1), kind: .event(event, inbox: nil), actor: "tool:x").canBeTakenAgain)
    }

    @Test func `a lane whose task is cancelled ends, and takes nothing more`() async throws {
        let lane = Lane(limit: 2, batchLimit: 2)
        let task = Task { await lane.next() }
        task.cancel()
        #expect(await task.value == nil)
        let work = Work(post: PostID(1), kind: .event(Event("poke"), inbox: nil), actor: "test")
        #expect(throws: EngineError.self) { try lane.submit(work) }
    }
}
