import Engine
import JSONValue
import Statechart
import Store
import Testing

/// Posts under way go on with another version of their chart.
@Suite struct LiveMigrationTests {
    private let migrations: RigMigrations

    init() throws { migrations = try RigMigrations() }

    private func with(
        _ database: RigDatabase, _ body: (EngineRig) async throws -> Void
    ) async throws {
        var options = EngineOptions.quiet
        options.operationRate = 1_000_000
        try await EngineRig.with(
            endpoints: [.rig(slots: 2000)], options: options, migrations: migrations, database: database
        ) { rig in
            rig.policy.others.set([migrations.new.digest: Interpreter(chart: migrations.new)])
            try await body(rig)
        }
    }

    private func deliver(
        _ rig: EngineRig, _ post: Int64, _ result: Result<Completion, JobFailure>, id: String = "d"
    ) async throws -> WorkOutcome {
        try await rig.engine.deliver(
            result, job: JobKey(post: PostID(post), number: 1), attempt: 1,
            delivery: Delivery(id: id, bodyHash: "h", body: []), actor: "endpoint:one")
    }

    /// Posts of three kinds, in turn: a job under way, a timer of ten minutes, a pause before the next try.
    private func park(_ rig: EngineRig, _ count: Int64) async throws {
        let posts = (1...count).map { NewPost(submission: .rig(PostID($0)), priority: Int($0)) }
        #expect(try await rig.engine.create(posts, actor: "scanner").count == Int(count))
        try await rig.dispatch()
        _ = try await rig.performer.attempts(Int(count))
        await rig.store.acceptances(Int(count))
        let failure = JobFailure(code: "bad", message: "no", isRetryable: true)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for id in 1...count where id % 3 != 0 {
                group.addTask {
                    _ = try await deliver(rig, id, id % 3 == 1 ? .success(.decided("watch")) : .failure(failure))
                }
            }
            try await group.waitForAll()
        }
    }

    private func migrate(_ rig: EngineRig, back: Bool, expecting count: Int) async throws {
        let row = OperationRow(
            kind: .migrate, filter: PostFilter(), parameters: ["back": .bool(back)], reason: "new version",
            actor: "person:ann", total: count)
        let id = try await rig.store.create(row).id
        #expect(try await rig.engine.operations.workOnOne())
        let ended = try #require(try await rig.store.operation(id))
        #expect(ended.state == .done && ended.progress == .init(done: count), "\(ended)")
    }

    private func details(_ rig: EngineRig, _ count: Int64) async throws -> [PostDetail] {
        var details: [PostDetail] = []
        for id in 1...count { details.append(try #require(try await rig.store.post(PostID(id)))) }
        return details
    }

    private func checkReplay(_ rig: EngineRig, _ id: Int64) async throws {
        let row = try #require(try await rig.store.posts([PostID(id)]).first)
        let history = try await rig.store.history(PostID(id), after: 0, limit: 1000)
        let difference = HistoryReplay.check(row: row, history: history, settings: [:]) {
            rig.policy.interpreter(for: $0)
        }
        #expect(difference == nil)
    }

    @Test(arguments: RigDatabase.allCases)
    func `a thousand posts move there and back; no timer and no callback is lost`(
        database: RigDatabase
    ) async throws {
        let count: Int64 = 1000
        try await with(database) { rig in
            try await park(rig, count)
            let before = try await details(rig, count)
            try await migrate(rig, back: false, expecting: Int(count))
            let moved = try await details(rig, count)
            for (old, new) in zip(before, moved) {
                #expect(new.row.state.chart == migrations.new.digest)
                #expect(new.timers.map(\.due) == old.timers.map(\.due))
                #expect(new.jobs.map(\.wakeAt) == old.jobs.map(\.wakeAt))
                #expect(new.jobs.map(\.attempt) == old.jobs.map(\.attempt))
            }
            #expect(Set(moved.flatMap(\.timers).map(\.name)) == ["observing/PT600S", "retrying/PT1S"])
            #expect(Set(moved.flatMap(\.jobs).map(\.invocation)) == ["task"])
            try await migrate(rig, back: true, expecting: Int(count))
            for (old, new) in zip(before, try await details(rig, count)) {
                var expected = old.row.state
                expected.metadata["operations"] = new.row.state.metadata["operations"]
                #expect(new.row.state == expected)
                #expect(new.timers == old.timers && new.jobs == old.jobs)
            }
            try await migrate(rig, back: false, expecting: Int(count))
            try await goOn(rig, count)
        }
    }

    /// Callbacks to the addresses of before the move count, each once; timers fire, each once.
    private func goOn(_ rig: EngineRig, _ count: Int64) async throws {
        for id in stride(from: Int64(3), through: count, by: 3) {
            guard case .taken = try await deliver(rig, id, .success(.decided("watch"))),
                case .duplicate = try await deliver(rig, id, .success(.decided("watch")))
            else { return #expect(Bool(false), "post \(id)") }
        }
        try await rig.advance(.seconds(5))
        #expect(try await rig.engine.timers.fireDue() == Int((count + 1) / 3))
        try await rig.advance(.seconds(601))
        let jobs = Int((count + 1) / 3)
        #expect(try await rig.engine.timers.fireDue() == Int(count - (count + 1) / 3) + jobs)
        #expect(try await rig.store.stuckPosts(limit: 9).isEmpty)
        for id in [1, 2, 3, count] { try await checkReplay(rig, id) }
        let states = try await rig.store.posts([1, 2, 3].map { PostID($0) }).sorted { $0.id < $1.id }
        #expect(states.map(\.state.configuration) == [["done"], ["failed"], ["done"]])
    }

    @Test(arguments: RigDatabase.allCases)
    func `a callback that comes with the migration counts once, before it or after it`(
        database: RigDatabase
    ) async throws {
        try await with(database) { rig in
            try await park(rig, 90)
            let migration = migrations.forward
            let counted = try await withThrowingTaskGroup(of: Int.self) { group in
                for id in stride(from: Int64(3), through: 90, by: 3) {
                    group.addTask {
                        _ = try await rig.engine.operate(.migrate(migration), post: PostID(id), actor: "person:ann")
                        return 0
                    }
                    for _ in 0..<2 {
                        group.addTask {
                            let outcome = try await deliver(rig, id, .success(.decided("watch")))
                            guard case .taken = outcome else { return 0 }
                            return 1
                        }
                    }
                }
                return try await group.reduce(0, +)
            }
            #expect(counted == 30)
            for id in stride(from: Int64(3), through: 90, by: 3) {
                _ = try await rig.row(id) { $0.state.configuration == ["observing"] }
                try await checkReplay(rig, id)
            }
        }
    }

    @Test func `a node that lacks the new chart leaves the post alone`() async throws {
        try await with(.sqlite) { rig in
            try await park(rig, 3)
            rig.policy.others.set([:])
            let operate = { () async throws -> WorkOutcome in
                try await rig.engine.operate(.migrate(migrations.forward), post: PostID(1), actor: "person:ann")
            }
            guard case .foreignChart = try await operate() else { return #expect(Bool(false)) }
            #expect(try await rig.row(1) { _ in true }.state.chart == migrations.old.digest)
            rig.policy.others.set([migrations.new.digest: Interpreter(chart: migrations.new)])
            guard case .taken = try await operate() else { return #expect(Bool(false)) }
            rig.policy.others.set([:])
            let before = try await rig.row(1) { _ in true }
            let outcome = try await rig.engine.trigger("poke", data: [:], post: PostID(1), actor: "x")
            guard case .foreignChart = outcome else { return #expect(Bool(false)) }
            try await rig.advance(.seconds(601))
            _ = try await rig.engine.timers.fireDue()
            #expect(try await rig.row(1) { _ in true } == before)
            rig.policy.others.set([migrations.new.digest: Interpreter(chart: migrations.new)])
            #expect(try await rig.engine.timers.fireDue() == 1)
        }
    }

    @Test func `a held post keeps its hold when it moves, and a waiting job its place`() async throws {
        try await with(.sqlite) { rig in
            try await rig.create(1)
            _ = try await rig.engine.operate(.hold(reason: "why"), post: PostID(1), actor: "person:ann")
            let before = try #require(try await rig.store.post(PostID(1)))
            let outcome = try await rig.engine.operate(
                .migrate(migrations.forward), post: PostID(1), actor: "person:bob")
            guard case .taken(let standing) = outcome else { return #expect(Bool(false), "\(outcome)") }
            #expect(standing.row.state.metadata["held"] == before.row.state.metadata["held"])
            #expect(standing.row.state.stage == "sorting")
            var job = try #require(before.jobs.first)
            job.invocation = "task"
            job.stage = "sorting"
            #expect(try await rig.store.post(PostID(1))?.jobs == [job])
            try await rig.dispatch()
            #expect(rig.performer.attempts.isEmpty)
            _ = try await rig.engine.operate(.release(reason: "r"), post: PostID(1), actor: "person:ann")
            try await rig.dispatch()
            #expect(try await rig.performer.attempts(1).count == 1)
            try await checkReplay(rig, 1)
        }
    }

    @Test func `a post that cannot move stays as it is, and its neighbours move`() async throws {
        try await with(.sqlite) { rig in
            try await park(rig, 4)
            let again = try await rig.engine.operate(.migrate(migrations.inverse), post: PostID(1), actor: "x")
            guard case .ignored = again else { return #expect(Bool(false)) }
            let row = try await rig.row(1) { _ in true }
            // A state that neither chart knows: what a broken tool might have left.
            var state = row.state
            state.configuration = ["nowhere"]
            let batch = Batch(
                id: "b",
                writes: [
                    PostWrite(
                        post: PostID(1), expectedRevision: row.revision, state: state,
                        transitions: try await rig.store.history(PostID(1), after: row.revision - 1, limit: 1))
                ])
            #expect(try await rig.store.commit(batch).winners == [PostID(1)])
            let id = try await rig.store.create(
                OperationRow(
                    kind: .migrate, filter: PostFilter(), parameters: [:], reason: "r", actor: "a", total: 4)
            ).id
            #expect(try await rig.engine.operations.workOnOne())
            let ended = try #require(try await rig.store.operation(id))
            #expect(ended.progress == .init(done: 3, failed: 1))
            #expect(ended.problems.first?["post"] == "1")
        }
    }
}
