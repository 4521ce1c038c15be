import Engine
import JSONValue
import Store
import Testing

/// Holds on more than one post.
@Suite struct WideHoldTests {
    private func hold(_ rig: EngineRig, _ scope: HoldRow.Scope, _ name: String) async throws {
        _ = try await rig.engine.hold(HoldRow(scope: scope, name: name, reason: "why", actor: "person:ann"))
    }

    private static let holds: [(HoldRow.Scope, String)] = [
        (.everything, ""), (.stage, "triage"), (.community, "rig"), (.endpoint, "one"),
    ]

    @Test(arguments: holds)
    func `under a hold nothing is assigned, and nobody's time in the queue runs out`(
        scope: HoldRow.Scope, name: String
    ) async throws {
        try await EngineRig.with { rig in
            try await rig.create(1)
            try await hold(rig, scope, name)
            try await rig.dispatch()
            #expect(rig.performer.attempts.isEmpty)
            for _ in 0..<3 {
                rig.clock.advance(by: .seconds(301))
                #expect(try await rig.engine.timers.fireDue() == 0)
            }
            #expect(try await rig.store.stuckPosts(limit: 9).isEmpty)
            rig.clock.advance(by: .seconds(290))
            #expect(try await rig.engine.release(scope, name: name, actor: "person:ann", reason: "done"))
            // What had waited nearly to its end has its whole time again.
            rig.clock.advance(by: .seconds(250))
            #expect(try await rig.engine.timers.fireDue() == 0)
            try await rig.dispatch()
            #expect(try await rig.performer.attempts(1).count == 1)
            #expect(try await rig.engine.release(scope, name: name, actor: "a", reason: "") == false)
            try await rig.checkLaws(1)
        }
    }

    @Test func `a held endpoint finishes what it has, and another takes what is new`() async throws {
        let endpoints: [EndpointRow] = [.rig("best", preference: 5), .rig("other")]
        try await EngineRig.with(endpoints: endpoints) { rig in
            try await rig.create(1)
            try await rig.dispatch()
            #expect(try await rig.performer.attempts(1).map(\.endpoint.name) == ["best"])
            try await hold(rig, .endpoint, "best")
            try await rig.create(2)
            try await rig.dispatch()
            #expect(try await rig.performer.attempts(2).map(\.endpoint.name) == ["best", "other"])
            _ = try await rig.engine.deliver(
                .success(.decided("watch")), job: JobKey(post: PostID(1), number: 1), attempt: 1,
                delivery: Delivery(id: "a", bodyHash: "h", body: []), actor: "endpoint:best")
            _ = try await rig.row(1) { $0.state.configuration == ["watching"] }
        }
    }

    @Test func `a job that another endpoint can do runs out of time though one endpoint is held`() async throws {
        try await EngineRig.with(endpoints: [.rig("best"), .rig("other")]) { rig in
            try await rig.create(1)
            try await hold(rig, .endpoint, "best")
            rig.clock.advance(by: .seconds(301))
            #expect(try await rig.engine.timers.fireDue() == 1)
        }
    }

    @Test func `a held stage at the head of the queue starves nobody`() async throws {
        try await EngineRig.with(endpoints: [.rig(slots: 2)], chart: Self.twoStages) { rig in
            let many = (1...40).map { NewPost(submission: .rig(PostID($0)), priority: Int($0)) }
            _ = try await rig.engine.create(many, actor: "scanner")
            _ = try await rig.engine.trigger("other", data: [:], post: PostID(1), actor: "person:ann")
            _ = try await rig.engine.trigger("other", data: [:], post: PostID(2), actor: "person:ann")
            try await hold(rig, .stage, "triage")
            try await rig.dispatch()
            let posts = try await rig.performer.attempts(2).map(\.job.key.post.rawValue)
            #expect(Set(posts) == [1, 2])
        }
    }

    private static let twoStages = """
        chart: 1
        id: rig
        schemas: {events: {other: {type: object, properties: {}}}}
        initial: one
        states:
          one:
            meta: {stage: triage, status: pending}
            invoke: {id: first, src: triage, timeout: PT60S, onDone: {target: end}, onError: {target: end}}
            on: {other: two}
          two:
            meta: {stage: research, status: pending}
            invoke: {id: second, src: triage, timeout: PT60S, onDone: {target: end}, onError: {target: end}}
          end: {type: final, meta: {stage: closed, status: settled}}
        """

    @Test func `another node obeys a hold that it was told of`() async throws {
        var options = EngineOptions.quiet
        options.leaseTime = .seconds(3600)
        try await EngineRig.with(options: options) { rig in
            try await rig.engine.dispatcher.refreshLeases()
            _ = try await rig.store.hold(HoldRow(scope: .endpoint, name: "one", reason: "r", actor: "a"))
            try await rig.engine.dispatcher.refreshLeases()
            try await rig.create(1)
            #expect(try await rig.engine.dispatcher.assignReady() == 0)
        }
    }

    @Test func `a job that waited under a hold and is put back has time left in the queue`() async throws {
        try await EngineRig.with { rig in
            rig.performer.play { _ in .endpointFault(code: "http_500", message: "no", retryAfter: nil) }
            try await rig.create(1)
            try await hold(rig, .everything, "")
            rig.clock.advance(by: .seconds(290))
            #expect(try await rig.engine.release(.everything, name: "", actor: "a", reason: "r"))
            rig.clock.advance(by: .seconds(100))
            try await rig.dispatch()
            _ = try await rig.row(1) { $0.revision == 3 && $0.state.status == "pending" }
            rig.clock.advance(by: .seconds(150))
            #expect(try await rig.engine.timers.fireDue() == 0)
        }
    }
}
