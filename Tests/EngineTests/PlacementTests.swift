import Engine
import JSONValue
import Store
import Testing

@testable import Engine

/// Jobs that are assigned by the commit that makes them wait.
@Suite struct PlacementTests {
    private static var options: EngineOptions {
        var options = EngineOptions.quiet
        options.assignsAtOnce = true
        return options
    }

    /// A rig that has looked once: it owns its endpoints, and knows that nothing waits.
    private func with(slots: Int = 10, _ body: (EngineRig) async throws -> Void) async throws {
        try await EngineRig.with(endpoints: [.rig(slots: slots)], options: Self.options) { rig in
            try await rig.dispatch()
            try await body(rig)
        }
    }

    @Test func `a job that begins to wait beside a free endpoint is assigned by the same commit`() async throws {
        try await with { rig in
            try await rig.create(1)
            let history = try await rig.store.history(PostID(1), after: 0, limit: 9)
            #expect(history.map(\.event) == ["start", "job.assigned"])
            #expect(Set(history.map(\.batch)).count == 1)
            #expect(try await rig.performer.attempts(1).map(\.job.attempt) == [1])
            let job = try #require(try await rig.store.job(JobKey(post: PostID(1), number: 1)))
            #expect(job.phase != .waiting && job.attempt == 1 && job.endpoint == "one")
            try await rig.checkLaws(1)
        }
    }

    @Test func `a full endpoint's jobs wait, and none goes past those that wait`() async throws {
        try await with(slots: 1) { rig in
            try await rig.create(1)
            try await rig.create(2)
            #expect(try await rig.store.history(PostID(2), after: 0, limit: 9).count == 1)
            // The slot is free again, but post 2 waits already.
            guard case .taken = try await rig.deliver(attempt: 1, id: "a") else { return #expect(Bool(false)) }
            try await rig.create(3)
            #expect(try await rig.store.history(PostID(3), after: 0, limit: 9).count == 1)
            try await rig.dispatch()
            #expect(try await rig.performer.attempts(2).map(\.job.key.post.rawValue) == [1, 3])
        }
    }

    @Test func `a commit that does not come about gives its place back, and starts nothing`() async throws {
        try await with(slots: 1) { rig in
            rig.store.fail(.unavailable)
            await #expect(throws: StoreError.self) { try await rig.create(1) }
            #expect(rig.performer.attempts.isEmpty)
            try await rig.create(1)
            #expect(
                try await rig.store.history(PostID(1), after: 0, limit: 9).map(\.event) == ["start", "job.assigned"])
            #expect(try await rig.performer.attempts(1).count == 1)
        }
    }

    @Test func `what a stage hold covers is not assigned`() async throws {
        try await with { rig in
            _ = try await rig.engine.hold(HoldRow(scope: .stage, name: "triage", reason: "why", actor: "person:ann"))
            try await rig.create(1)
            #expect(try await rig.store.history(PostID(1), after: 0, limit: 9).count == 1)
        }
    }
}
