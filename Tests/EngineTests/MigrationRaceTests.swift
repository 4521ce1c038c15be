import Engine
import JSONValue
import Statechart
import Store
import TestSupport
import Testing

/// Callbacks that come while their posts move to another version of their chart.
@Suite struct MigrationRaceTests {
    @Test(arguments: RigDatabase.allCases)
    func `a callback during the migration of its post counts once, whichever comes first`(
        database: RigDatabase
    ) async throws {
        let migrations = try RigMigrations()
        var options = EngineOptions.quiet
        options.operationRate = 1_000_000
        try await EngineRig.with(
            endpoints: [.rig(slots: 2000)], options: options, migrations: migrations, database: database
        ) { rig in
            rig.policy.others.set([migrations.new.digest: Interpreter(chart: migrations.new)])
            let ids = (1...RaceCount.cell).map { Int64($0) }
            let posts = ids.map { NewPost(submission: .rig(PostID($0)), priority: 0) }
            #expect(try await rig.engine.create(posts, actor: "scanner").count == ids.count)
            try await rig.dispatch()
            _ = try await rig.performer.attempts(ids.count)
            let row = OperationRow(
                kind: .migrate, filter: PostFilter(), parameters: ["back": false], reason: "new version",
                actor: "person:ann", total: ids.count)
            _ = try await rig.store.create(row)
            async let moved = rig.engine.operations.workOnOne()
            async let delivered: Void = deliver(rig, ids)
            #expect(try await moved)
            try await delivered
            #expect(try await rig.store.stuckPosts(limit: 10).isEmpty)
            for id in ids { try await check(rig, id, migrations.new.digest) }
        }
    }

    /// Twice each, at the same moment: one counts, the other is its duplicate.
    private func deliver(_ rig: EngineRig, _ ids: [Int64]) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for id in ids {
                group.addTask {
                    async let one = deliver(rig, id)
                    async let other = deliver(rig, id)
                    let outcomes = try await [one, other].sorted()
                    #expect(outcomes == ["duplicate", "taken"], "post \(id)")
                }
            }
            try await group.waitForAll()
        }
    }

    private func deliver(_ rig: EngineRig, _ id: Int64) async throws -> String {
        let outcome = try await rig.engine.deliver(
            .success(.decided("watch")), job: JobKey(post: PostID(id), number: 1), attempt: 1,
            delivery: Delivery(id: "d", bodyHash: "h", body: []), actor: "endpoint:one")
        switch outcome {
        case .taken: return "taken"
        case .duplicate: return "duplicate"
        default: return "\(outcome)"
        }
    }

    private func check(_ rig: EngineRig, _ id: Int64, _ chart: String) async throws {
        let row = try #require(try await rig.store.posts([PostID(id)]).first)
        #expect(row.state.chart == chart && row.state.configuration == ["observing"])
        let history = try await rig.store.history(PostID(id), after: 0, limit: 1000)
        #expect(history.count { $0.origin == "job:1!" } == 1)
        let difference = HistoryReplay.check(row: row, history: history, settings: [:]) {
            rig.policy.interpreter(for: $0)
        }
        #expect(difference == nil)
    }
}
