import Engine
import JSONValue
import Store
import TestSupport
import Testing
import Threads

@Suite struct DispatchTests {
    @Test func `an endpoint never gets more jobs than it may have, the highest priorities first`() async throws {
        try await EngineRig.with(endpoints: [.rig(slots: 3)]) { rig in
            try await rig.create(1, 2, 3, 4, 5, 6, 7, 8, 9)
            try await rig.dispatch()
            let load = try #require(try await rig.store.endpoints().first)
            #expect(load.currentLoad == 3)
            let posts = Set(try await rig.performer.attempts(3).map(\.job.key.post.rawValue))
            #expect(posts.isSuperset(of: [9, 8]))
            #expect(posts.count == 3)
        }
    }

    @Test func `a community with many posts does not hold up another's one`() async throws {
        try await EngineRig.with(endpoints: [.rig(slots: 1)]) { rig in
            let many = (1...60).map { Submission.rig(PostID($0), community: "many") }
            let posts = (many + [.rig(PostID(90), community: "few"), .rig(PostID(91), community: "few")]).map {
                NewPost(submission: $0, priority: 100 - Int($0.id.rawValue))
            }
            _ = try await rig.engine.create(posts, actor: "scanner")
            rig.performer.play { _ in .completed(.decided("watch")) }
            var order: [Int64] = []
            while order.count < 5 {
                try await rig.engine.dispatcher.refreshLeases()
                // The slot of the one before is free once its commit was heard of.
                try await eventually { try await rig.engine.dispatcher.assignReady() > 0 }
                order = try await rig.performer.attempts(order.count + 1).map(\.job.key.post.rawValue)
                _ = try await rig.row(order.last ?? 0) { $0.state.configuration == ["watching"] }
            }
            #expect(order == [1, 90, 2, 91, 3])
        }
    }

    @Test func `an ended job frees its slot for the next`() async throws {
        try await EngineRig.with(endpoints: [.rig(slots: 1)]) { rig in
            try await rig.create(1, 2)
            try await rig.dispatch()
            #expect(try await rig.performer.attempts(1).map(\.job.key.post.rawValue) == [2])
            _ = try await rig.engine.deliver(
                .success(.decided("watch")), job: JobKey(post: PostID(2), number: 1), attempt: 1,
                delivery: Delivery(id: "a", bodyHash: "h", body: []), actor: "endpoint:one")
            try await rig.dispatch()
            _ = try await rig.row(1) { $0.state.status == "processing" }
            #expect(try await rig.performer.attempts(2).map(\.job.key.post.rawValue) == [2, 1])
        }
    }

    @Test func `a second endpoint takes over when the preferred one is full`() async throws {
        let endpoints: [EndpointRow] = [.rig("best", slots: 1, preference: 5), .rig("other", slots: 1)]
        try await EngineRig.with(endpoints: endpoints) { rig in
            try await rig.create(1, 2)
            try await rig.dispatch()
            let names = try await rig.performer.attempts(2).map(\.endpoint.name)
            #expect(Set(names) == ["best", "other"])
        }
    }

    @Test func `a failing endpoint's breaker opens and another endpoint takes its jobs`() async throws {
        var options = EngineOptions.quiet
        options.breakerPause = .seconds(3600)
        let endpoints: [EndpointRow] = [.rig("bad", slots: 10, preference: 5), .rig("good", slots: 10)]
        try await EngineRig.with(endpoints: endpoints, options: options) { rig in
            rig.performer.play { assignment in
                assignment.endpoint.name == "bad"
                    ? .endpointFault(code: "http_500", message: "no", retryAfter: nil) : .completed(.decided("watch"))
            }
            try await rig.create(1)
            for _ in 0..<6 {
                try await rig.dispatch()
                _ = try await rig.row(1) { $0.state.status != "processing" }
                rig.clock.advance(by: .seconds(11))
            }
            _ = try await rig.row(1) { $0.state.configuration == ["watching"] }
            let names = rig.performer.performed.withLock { $0.map(\.endpoint.name) }
            #expect(names == ["bad", "bad", "bad", "good"])
        }
    }

    @Test func `a drained endpoint gets nothing new`() async throws {
        try await EngineRig.with { rig in
            _ = try await rig.store.setDrained(true, endpoint: "one")
            try await rig.create(1)
            try await rig.dispatch()
            #expect(rig.performer.attempts.isEmpty)
            _ = try await rig.store.setDrained(false, endpoint: "one")
            try await rig.dispatch()
            _ = try await rig.row(1) { $0.state.status == "processing" }
        }
    }

    @Test func `a drain puts an attempt back that cannot finish in time`() async throws {
        try await EngineRig.with { rig in
            let began = Signal()
            rig.performer.play { _ in
                began.raise()
                await Signal().wait(atMost: .seconds(600))
                return .completed(.decided("watch"))
            }
            try await rig.create(1)
            try await rig.dispatch()
            await began.wait(atMost: .seconds(10))
            await rig.engine.drain(grace: .milliseconds(10))
            let row = try await rig.row(1) { $0.state.status == "pending" }
            #expect(row.state.waitsFor == .work)
            let job = try #require(try await rig.store.job(JobKey(post: PostID(1), number: 1)))
            #expect(job.phase == .waiting)
            #expect(job.attempt == 1)
        }
    }
}
