import JSONValue
import Store
import Testing

@testable import Engine

/// Operations on many posts.
@Suite struct OperationTests {
    private func ask(
        _ rig: EngineRig, _ kind: OperationRow.Kind, _ parameters: JSONObject = [:],
        filter change: (inout PostFilter) -> Void = { _ in }
    ) async throws -> Int64 {
        var filter = PostFilter()
        change(&filter)
        let total = try await rig.store.countPosts(filter)
        return try await rig.store.create(
            OperationRow(
                kind: kind, filter: filter, parameters: parameters, reason: "why", actor: "person:ann", total: total)
        ).id
    }

    private func result(_ rig: EngineRig, _ id: Int64) async throws -> OperationRow {
        try #require(try await rig.store.operation(id))
    }

    /// Posts that watch, and take `poke`.
    private func watching(_ rig: EngineRig, _ count: Int64) async throws {
        rig.performer.play { _ in .completed(.decided("watch")) }
        let posts = (1...count).map { NewPost(submission: .rig(PostID($0)), priority: 0) }
        _ = try await rig.engine.create(posts, actor: "scanner")
        try await rig.engine.dispatcher.refreshLeases()
        for id in 1...count {
            _ = try await rig.engine.dispatcher.assignReady()
            _ = try await rig.row(id) { $0.state.configuration == ["watching"] }
        }
    }

    private func pokes(_ rig: EngineRig) async throws -> Set<Int64> {
        let rows = try await rig.store.listPosts(PostFilter(), after: nil, limit: 500)
        return Set(rows.compactMap { $0.row.state.context["pokes"]?.int })
    }

    @Test func `an operation reaches every post that matches, once, and says so`() async throws {
        try await EngineRig.with(endpoints: [.rig(slots: 500)]) { rig in
            try await watching(rig, 40)
            try await rig.create(99)
            let id = try await ask(rig, .event, ["event": "poke"])
            #expect(try await rig.engine.operations.workOnOne())
            let row = try await result(rig, id)
            #expect(row.state == .done && row.total == 41)
            #expect(row.progress == .init(done: 40, skipped: 1))
            #expect(row.startedAt != nil && row.endedAt != nil)
            #expect(try await rig.engine.operations.workOnOne() == false)
            let last = try #require(try await rig.store.history(PostID(7), after: 0, limit: 99).last)
            #expect(last.event == "poke" && last.actor == "person:ann")
            #expect(last.effects.array?.last == ["operation": .int(id)])
            try await rig.checkLaws(1, 7, 40)
        }
    }

    @Test func `a slice that was worked on before its node died counts once`() async throws {
        try await EngineRig.with(endpoints: [.rig(slots: 500)]) { rig in
            try await watching(rig, 20)
            let id = try await ask(rig, .event, ["event": "poke"])
            let dead = try #require(try await rig.store.claimOperation(node: "dead", microseconds: 30_000_000))
            let run = try await OperationRun(dead, NoMigrations())
            for post in [PostID(20), PostID(19), PostID(3)] { _ = try await rig.engine.gate.take(run.work(on: post)) }
            #expect(try await rig.engine.operations.workOnOne() == false)
            rig.clock.advance(by: .seconds(31))
            #expect(try await rig.engine.operations.workOnOne())
            #expect(try await result(rig, id).progress == .init(done: 20))
            #expect(try await pokes(rig) == [1])
            // The dead one was only slow, and goes on where it was.
            _ = try await rig.engine.gate.take(run.work(on: PostID(2)))
            #expect(try await pokes(rig) == [1])
            let late = OperationAdvance(dead, node: "dead", progress: .init(done: 9), leaseMicroseconds: 1)
            #expect(try await rig.store.advance(late) == nil)
            try await rig.checkLaws(2, 3, 20)
        }
    }

    @Test func `two nodes that work on the same posts at the same time have one effect`() async throws {
        try await EngineRig.with(endpoints: [.rig(slots: 500)]) { rig in
            try await watching(rig, 60)
            _ = try await ask(rig, .reprioritise, ["add": 3])
            let row = try #require(try await rig.store.claimOperation(node: "a", microseconds: 30_000_000))
            let second = try await EngineRig(store: rig.store, clock: rig.clock, options: .quiet, node: "second")
            let lanes = Task { await second.engine.runLanes() }
            let run = try await OperationRun(row, NoMigrations())
            let ids = (1...60).map { PostID(Int64($0)) }
            await withTaskGroup(of: Void.self) { group in
                for engine in [rig.engine, second.engine] {
                    group.addTask { _ = await engine.gate.take(ids.map { run.work(on: $0) }) }
                }
            }
            await second.engine.drain(grace: .zero)
            await lanes.value
            let rows = try await rig.store.posts(ids)
            #expect(Set(rows.map(\.state.priority)) == [3])
        }
    }

    @Test func `an operation stops soon after it is aborted`() async throws {
        var options = EngineOptions.quiet
        options.operationRate = 40
        try await EngineRig.with(endpoints: [.rig(slots: 500)], options: options) { rig in
            try await watching(rig, 60)
            let id = try await ask(rig, .pause)
            let working = Task { try await rig.engine.operations.workOnOne() }
            _ = try await rig.row(60) { $0.state.metadata["held"] != nil }
            _ = try await rig.store.abortOperation(id, actor: "person:ann", reason: "enough")
            #expect(try await working.value)
            let row = try await result(rig, id)
            #expect(row.state == .aborted && row.progress.done < 60 && row.progress.done > 0)
            var filter = PostFilter()
            filter.isHeld = true
            #expect(try await rig.store.countPosts(filter) == row.progress.done)
        }
    }

    @Test func `posts that are paused and resumed by the many go on`() async throws {
        try await EngineRig.with(endpoints: [.rig(slots: 500)]) { rig in
            let posts = (1...30).map { NewPost(submission: .rig(PostID($0)), priority: 0) }
            _ = try await rig.engine.create(posts, actor: "scanner")
            _ = try await ask(rig, .pause) { $0.stage = "triage" }
            #expect(try await rig.engine.operations.workOnOne())
            try await rig.dispatch()
            #expect(rig.performer.attempts.isEmpty)
            let id = try await ask(rig, .resume) { $0.isHeld = true }
            #expect(try await rig.engine.operations.workOnOne())
            #expect(try await result(rig, id).progress == .init(done: 30))
            try await rig.dispatch()
            #expect(try await rig.performer.attempts(30).count == 30)
            try await rig.checkLaws(1, 30)
        }
    }

    @Test func `a slice that the database does not take is taken again, and counted once`() async throws {
        try await EngineRig.with(endpoints: [.rig(slots: 500)]) { rig in
            try await watching(rig, 10)
            let id = try await ask(rig, .event, ["event": "poke"])
            rig.store.fail(.unavailable, .lostAnswer)
            #expect(try await rig.engine.operations.workOnOne())
            #expect(try await result(rig, id).progress == .init(done: 10))
            #expect(try await pokes(rig) == [1])
        }
    }

    @Test func `a post that cannot take it is told of, and does not stop the rest`() async throws {
        try await EngineRig.with(endpoints: [.rig(slots: 500)]) { rig in
            try await watching(rig, 3)
            let broken = try await ask(rig, .event, ["event": "break"])
            #expect(try await rig.engine.operations.workOnOne())
            #expect(try await result(rig, broken).progress == .init(failed: 3))
            #expect(try await result(rig, broken).problems.count == 3)
            rig.store.keepFailing(.refuses(PostID(2)))
            let refused = try await ask(rig, .event, ["event": "poke"])
            #expect(try await rig.engine.operations.workOnOne())
            let row = try await result(rig, refused)
            #expect(row.state == .done && row.progress == .init(done: 2, failed: 1))
            #expect(row.problems.first?["post"] == "2")
        }
    }

    @Test func `an operation that cannot begin ends with the reason`() async throws {
        try await EngineRig.with { rig in
            for kind in [OperationRow.Kind.event, .reprioritise, .migrate] {
                let id = try await ask(rig, kind)
                #expect(try await rig.engine.operations.workOnOne())
                let row = try await result(rig, id)
                #expect(row.state == .failed && row.problems.count == 1)
            }
        }
    }

    @Test func `an operation is worked on as soon as it is told of, without any polling`() async throws {
        try await EngineRig.with(running: .everything) { rig in
            try await rig.create(1)
            _ = try await ask(rig, .pause)
            await rig.store.notify([.operations])
            _ = try await rig.row(1) { $0.state.metadata["held"] != nil }
        }
    }

    @Test func `an operation keeps to its posts a second, and does not make up for lost time`() {
        let start = ContinuousClock.now
        var pace = Pace(rate: 400, from: start)
        #expect(pace.slice(atMost: 500) == 100 && pace.slice(atMost: 7) == 7)
        #expect(pace.after(100, at: start) == start + .milliseconds(250))
        #expect(pace.after(100, at: start + .milliseconds(300)) == start + .milliseconds(500))
        #expect(pace.after(100, at: start + .seconds(9)) == start + .seconds(9))
        #expect(Pace(rate: 0, from: start).slice(atMost: 500) == 1)
    }
}
