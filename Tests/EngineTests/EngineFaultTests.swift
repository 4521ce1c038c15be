import Engine
import JSONValue
import Store
import Testing

@Suite struct EngineFaultTests {
    @Test func `a database that is down refuses the event, which then counts when it comes again`() async throws {
        try await EngineRig.with { rig in
            try await rig.create(1)
            try await rig.dispatch()
            rig.store.fail(.unavailable)
            await #expect(throws: StoreError.self) { try await rig.deliver(attempt: 1, id: "a") }
            #expect(try await rig.store.posts([PostID(1)]).first?.revision == 2)
            guard case .taken = try await rig.deliver(attempt: 1, id: "a") else { return #expect(Bool(false)) }
            try await rig.checkLaws(1)
        }
    }

    @Test func `a commit whose answer was lost counts once`() async throws {
        try await EngineRig.with { rig in
            try await rig.create(1)
            try await rig.dispatch()
            rig.store.fail(.lostAnswer)
            guard case .taken = try await rig.deliver(attempt: 1, id: "a") else { return #expect(Bool(false)) }
            #expect(try await rig.store.posts([PostID(1)]).first?.revision == 3)
            try await rig.checkLaws(1)
        }
    }

    @Test func `a commit that never arrived is made again`() async throws {
        try await EngineRig.with { rig in
            try await rig.create(1)
            try await rig.dispatch()
            rig.store.fail(.lostRequest)
            guard case .taken = try await rig.deliver(attempt: 1, id: "a") else { return #expect(Bool(false)) }
            #expect(try await rig.store.posts([PostID(1)]).first?.revision == 3)
            try await rig.checkLaws(1)
        }
    }

    @Test func `an endpoint whose takeover the database cut short is taken over the next time`() async throws {
        try await EngineRig.with { rig in
            try await rig.create(1)
            rig.store.failAdoptions(1)
            try? await rig.engine.dispatcher.refreshLeases()
            #expect(try await rig.engine.dispatcher.assignReady() == 0)
            try await rig.dispatch()
            _ = try await rig.row(1) { $0.state.configuration == ["working.processing"] }
        }
    }

    @Test func `a post that the database refuses harms only itself`() async throws {
        try await EngineRig.with { rig in
            rig.store.keepFailing(.refuses(PostID(13)))
            let posts = (1...40).map { NewPost(submission: .rig(PostID(Int64($0))), priority: 0) }
            await #expect(throws: StoreError.self) { try await rig.engine.create(posts, actor: "scanner") }
            let existing = try await rig.store.existing(posts.map(\.submission.id))
            #expect(existing.count == 39)
            #expect(!existing.contains(PostID(13)))
        }
    }

    @Test func `a result answered on the connection waits for the database`() async throws {
        try await EngineRig.with { rig in
            try await rig.create(1)
            rig.performer.play { [store = rig.store] _ in
                store.fail(.unavailable, .unavailable)
                return .completed(.decided("watch"))
            }
            try await rig.dispatch()
            _ = try await rig.row(1) { $0.state.configuration == ["watching"] }
            #expect(rig.performer.attempts == ["1-1/1"])
        }
    }

    @Test func `an outside event that the chart cannot take is refused and changes nothing`() async throws {
        try await EngineRig.with { rig in
            rig.performer.play { _ in .completed(.decided("watch")) }
            try await rig.create(1)
            try await rig.dispatch()
            let before = try await rig.row(1) { $0.state.configuration == ["watching"] }
            guard case .broken = try await rig.engine.trigger("break", data: [:], post: PostID(1), actor: "x") else {
                return #expect(Bool(false))
            }
            #expect(try await rig.store.posts([PostID(1)]).first == before)
        }
    }

    @Test func `an inbox event that the chart cannot take is consumed and parks its post with the reason`() async throws
    {
        try await EngineRig.with { rig in
            rig.performer.play { _ in .completed(.decided("watch")) }
            try await rig.create(1)
            try await rig.dispatch()
            _ = try await rig.row(1) { $0.state.configuration == ["watching"] }
            let event = InboxEvent(post: PostID(1), event: "break", data: [:], actor: "tool:x")
            #expect(try await rig.store.emit([event]) == 1)
            _ = try await rig.engine.inbox.consume()
            let row = try await rig.row(1) { $0.state.metadata["parked"] != nil }
            #expect(row.state.waitsFor == .person)
            #expect(row.state.configuration == ["watching"])
            #expect(try await rig.store.inbox(after: 0, limit: 10).isEmpty)
            try await rig.checkLaws(1)
            _ = try await rig.engine.trigger("poke", data: [:], post: PostID(1), actor: "person:ann")
            #expect(try await rig.row(1) { $0.state.waitsFor == .work }.state.metadata["parked"] == nil)
        }
    }
}
