import Engine
import JSONValue
import Store
import Testing

@Suite struct EngineClockTests {
    @Test func `a timer fires at its time, once, and not before`() async throws {
        try await EngineRig.with { rig in
            rig.performer.play { _ in .completed(.decided("watch")) }
            try await rig.create(1)
            try await rig.dispatch()
            _ = try await rig.row(1) { $0.state.configuration == ["watching"] }
            rig.clock.advance(by: .seconds(599))
            #expect(try await rig.engine.timers.fireDue() == 0)
            rig.clock.advance(by: .seconds(1))
            #expect(try await rig.engine.timers.fireDue() == 1)
            #expect(try await rig.engine.timers.fireDue() == 0)
            let row = try await rig.row(1) { $0.state.waitsFor == .nothing }
            #expect(row.state.configuration == ["done"])
            try await rig.checkLaws(1)
        }
    }

    @Test func `a silent endpoint loses the job at its silence limit, and its late answer is stale`() async throws {
        try await EngineRig.with { rig in
            try await rig.create(1)
            try await rig.dispatch()
            _ = try await rig.row(1) { $0.state.status == "processing" }
            rig.clock.advance(by: .seconds(29))
            #expect(try await rig.engine.timers.fireDue() == 0)
            rig.clock.advance(by: .seconds(1))
            #expect(try await rig.engine.timers.fireDue() == 1)
            let row = try await rig.row(1) { $0.state.status == "retrying" }
            #expect(row.state.retryCount == 1)
            guard case .stale = try await rig.deliver(attempt: 1, id: "late") else {
                return #expect(Bool(false), "a late callback must not count")
            }
            try await rig.checkLaws(1)
        }
    }

    @Test func `progress moves the silence clock on, but not past the total one`() async throws {
        try await EngineRig.with { rig in
            try await rig.create(1)
            try await rig.dispatch()
            let key = JobKey(post: PostID(1), number: 1)
            for _ in 0..<2 {
                rig.clock.advance(by: .seconds(25))
                let isLive = try await rig.store.recordProgress(
                    key, attempt: 1, silenceMicroseconds: 30_000_000, progress: [:])
                #expect(isLive)
                #expect(try await rig.engine.timers.fireDue() == 0)
            }
            rig.clock.advance(by: .seconds(10))
            #expect(try await rig.engine.timers.fireDue() == 1)
        }
    }

    @Test func `progress that comes after the clock was read saves the job`() async throws {
        try await EngineRig.with { rig in
            try await rig.create(1)
            try await rig.dispatch()
            let key = JobKey(post: PostID(1), number: 1)
            rig.clock.advance(by: .seconds(30))
            rig.store.afterDueJobs { [store = rig.store] in
                _ = try? await store.recordProgress(
                    key, attempt: 1, silenceMicroseconds: 30_000_000, progress: [:])
            }
            let commits = rig.store.commits.withLock { $0.count }
            #expect(try await rig.engine.timers.fireDue() == 0)
            #expect(rig.store.commits.withLock { $0.count } == commits + 1, "what was read is not tried again")
            #expect(try await rig.row(1) { _ in true }.state.status == "processing")
            rig.clock.advance(by: .seconds(30))
            #expect(try await rig.engine.timers.fireDue() == 1)
        }
    }

    @Test func `a job that no endpoint takes fails at its queueing limit`() async throws {
        try await EngineRig.with(endpoints: []) { rig in
            try await rig.create(1)
            rig.clock.advance(by: .seconds(299))
            #expect(try await rig.engine.timers.fireDue() == 0)
            rig.clock.advance(by: .seconds(1))
            #expect(try await rig.engine.timers.fireDue() == 1)
            let row = try await rig.row(1) { $0.state.status == "failed" }
            #expect(row.state.metadata["error"]?["code"] == "queue_timeout")
            try await rig.checkLaws(1)
        }
    }
}
