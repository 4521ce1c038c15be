import Engine
import JSONValue
import Store
import Testing

/// The whole engine at work: what wakes its loops, and what happens when nothing does.
@Suite struct EngineWakeTests {
    /// Loops that look often, whether or not anything woke them.
    private static var polling: EngineOptions {
        var options = EngineOptions.quiet
        options.pollInterval = .milliseconds(50)
        return options
    }

    /// A post that watches, and so has ended its job.
    private func watching(_ rig: EngineRig, _ post: Int64) async throws {
        rig.performer.play { _ in .completed(.decided("watch")) }
        try await rig.create(post)
        _ = try await rig.row(post) { $0.state.configuration == ["watching"] }
    }

    @Test func `a commit wakes the dispatcher, without any polling`() async throws {
        try await EngineRig.with(running: .everything) { rig in
            try await watching(rig, 1)
            try await watching(rig, 2)
        }
    }

    @Test func `a commit that sets a timer wakes its loop, without any polling`() async throws {
        try await EngineRig.with(running: .everything) { rig in
            rig.performer.play { _ in .failed(JobFailure(code: "bad", message: "no", isRetryable: true)) }
            try await rig.create(1)
            _ = try await rig.row(1) { $0.state.status == "retrying" }
            rig.clock.advance(by: .seconds(1))
            _ = try await rig.row(1) { $0.state.retryCount == 2 }
        }
    }

    @Test func `a macrostep's event for another post reaches it at once, and is taken once`() async throws {
        try await EngineRig.with(running: .everything) { rig in
            try await watching(rig, 2)
            rig.policy.more.set { change in
                guard case .assigned(let job) = change, job.key.post == PostID(1) else { return Extras() }
                return Extras(emitted: [InboxEvent(post: PostID(2), event: "poke", data: [:], actor: "post:1")])
            }
            try await rig.create(1)
            let poked = try await rig.row(2) { $0.state.context["pokes"] == 1 }
            #expect(try await rig.store.inbox(after: 0, limit: 10).isEmpty)
            #expect(try await rig.engine.inbox.consume() == 0)
            #expect(try await rig.row(2) { _ in true } == poked)
            #expect(try await rig.store.history(PostID(2), after: 0, limit: 10).last?.actor == "post:1")
            try await rig.checkLaws(1, 2)
        }
    }

    @Test func `a notification wakes the inbox, without any polling`() async throws {
        try await EngineRig.with(running: .everything) { rig in
            try await watching(rig, 1)
            _ = try await rig.store.emit([InboxEvent(post: PostID(1), event: "poke", data: [:], actor: "x")])
            await rig.store.notify([.inbox])
            _ = try await rig.row(1) { $0.state.context["pokes"] == 1 }
        }
    }

    @Test func `an event that nobody told of is found by polling`() async throws {
        try await EngineRig.with(options: Self.polling, running: .everything) { rig in
            try await watching(rig, 1)
            _ = try await rig.store.emit([InboxEvent(post: PostID(1), event: "poke", data: [:], actor: "x")])
            _ = try await rig.row(1) { $0.state.context["pokes"] == 1 }
        }
    }

    @Test func `a timer that nobody told of is found by polling`() async throws {
        try await EngineRig.with(options: Self.polling, running: .everything) { rig in
            try await watching(rig, 1)
            rig.clock.advance(by: .seconds(600))
            _ = try await rig.row(1) { $0.state.configuration == ["done"] }
        }
    }

    @Test func `a job that has become ready is found by polling`() async throws {
        try await EngineRig.with(options: Self.polling, running: .everything) { rig in
            rig.performer.play { assignment in
                assignment.job.attempt == 1
                    ? .endpointFault(code: "busy", message: "no", retryAfter: nil) : .completed(.decided("watch"))
            }
            try await rig.create(1)
            _ = try await rig.row(1) { $0.state.status == "pending" && $0.revision == 3 }
            rig.clock.advance(by: .seconds(10))
            _ = try await rig.row(1) { $0.state.configuration == ["watching"] }
        }
    }
}
