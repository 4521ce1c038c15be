import Engine
import Foundation
import JSONValue
import Store
import Testing
import Threads

@Suite struct EngineTests {
    @Test func `a commit is heard of as directly after hundreds of others as at first`() async throws {
        try await EngineRig.with { rig in
            let depths = Locked<[Int]>([])
            rig.engine.observe { _ in depths.withLock { $0.append(Thread.callStackReturnAddresses.count) } }
            for id in 1...200 { try await rig.create(Int64(id)) }
            let seen = depths.withLock { $0 }
            #expect(try #require(seen.last) <= seen[0] + 50)
        }
    }

    @Test func `a post's job is assigned, answered on the connection, and the post moves on`() async throws {
        try await EngineRig.with { rig in
            rig.performer.play { _ in .completed(.decided("watch")) }
            try await rig.create(1)
            try await rig.dispatch()
            let row = try await rig.row(1) { $0.state.configuration == ["watching"] }
            #expect(row.revision == 3)
            #expect(row.state.assignedTo == nil)
            #expect(rig.performer.attempts == ["1-1/1"])
            let events = try await rig.store.history(PostID(1), after: 0, limit: 10).map(\.event)
            #expect(events == ["start", "job.assigned", "done.invoke.job"])
            try await rig.checkLaws(1)
        }
    }

    @Test func `a post is created once`() async throws {
        try await EngineRig.with { rig in
            try await rig.create(1)
            let again = NewPost(submission: .rig(PostID(1)), priority: 9)
            #expect(try await rig.engine.create([again], actor: "scanner").isEmpty)
            #expect(try await rig.store.history(PostID(1), after: 0, limit: 10).count == 1)
        }
    }

    @Test func `a hundred copies of a callback count once, and all wait for its commit`() async throws {
        try await EngineRig.with { rig in
            try await rig.create(1)
            try await rig.dispatch()
            let job = JobKey(post: PostID(1), number: 1)
            let outcomes = try await withThrowingTaskGroup(of: WorkOutcome.self) { group in
                for _ in 0..<100 {
                    group.addTask {
                        try await rig.engine.deliver(
                            .success(.decided("watch")), job: job, attempt: 1,
                            delivery: Delivery(id: "msg_1", bodyHash: "h", body: []), actor: "endpoint:one")
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(outcomes.count { if case .taken = $0 { true } else { false } } == 1)
            #expect(outcomes.count { if case .duplicate = $0 { true } else { false } } == 99)
            #expect(try await rig.store.posts([PostID(1)]).first?.revision == 3)
            try await rig.checkLaws(1)
        }
    }

    @Test func `a callback with a known id and another body is a conflict`() async throws {
        try await EngineRig.with { rig in
            try await rig.create(1)
            try await rig.dispatch()
            guard case .taken = try await rig.deliver(attempt: 1, id: "a", hash: "x") else {
                return #expect(Bool(false))
            }
            guard case .conflict = try await rig.deliver(attempt: 1, id: "a", hash: "y") else {
                return #expect(Bool(false), "another body under a known id must be a conflict")
            }
            #expect(try await rig.store.posts([PostID(1)]).first?.revision == 3)
        }
    }

    @Test func `a callback for another attempt, an ended job or an unknown one changes nothing`() async throws {
        try await EngineRig.with { rig in
            try await rig.create(1)
            try await rig.dispatch()
            guard case .stale = try await rig.deliver(attempt: 2, id: "a") else {
                return #expect(Bool(false), "attempt 2")
            }
            guard case .stale = try await rig.deliver(attempt: 0, id: "b") else {
                return #expect(Bool(false), "attempt 0")
            }
            guard case .unknownJob = try await rig.deliver(attempt: 1, id: "c", job: 7) else {
                return #expect(Bool(false), "job 7 was never given out")
            }
            _ = try await rig.engine.trigger("cancel", data: [:], post: PostID(1), actor: "person:ann")
            guard case .stale = try await rig.deliver(attempt: 1, id: "d") else {
                return #expect(Bool(false), "cancelled")
            }
            let row = try await rig.row(1) { $0.state.waitsFor == .nothing }
            #expect(row.state.configuration == ["cancelled"])
            #expect(row.revision == 3)
            try await rig.checkLaws(1)
        }
    }

    @Test func `a failed job is tried again after its backoff as the next attempt, and ends with the dead letters`()
        async throws
    {
        try await EngineRig.with { rig in
            rig.performer.play { _ in
                .failed(JobFailure(code: "bad", message: "no", isRetryable: true))
            }
            try await rig.create(1)
            for retry in 1...3 {
                try await rig.dispatch()
                let row = try await rig.row(1) { $0.state.status != "pending" && $0.state.status != "processing" }
                guard retry < 3 else { continue }
                #expect(row.state.retryCount == retry)
                #expect(try await rig.engine.timers.fireDue() == 0)
                rig.clock.advance(by: .seconds(5))
                #expect(try await rig.engine.timers.fireDue() == 1)
            }
            let dead = try await rig.row(1) { $0.state.status == "failed" }
            #expect(dead.state.waitsFor == .person)
            #expect(dead.state.metadata["error"]?["code"] == "bad")
            #expect(rig.performer.attempts == ["1-1/1", "1-1/2", "1-1/3"])
            _ = try await rig.engine.trigger("retry", data: [:], post: PostID(1), actor: "person:ann")
            try await rig.dispatch()
            _ = try await rig.row(1) { $0.state.retryCount == 1 }
            #expect(rig.performer.attempts.last == "1-1/4")
            try await rig.checkLaws(1)
        }
    }

    @Test func `a fault of the endpoint puts the job back without using up the post's retries`() async throws {
        try await EngineRig.with { rig in
            rig.performer.play { assignment in
                assignment.job.attempt < 3
                    ? .endpointFault(code: "http_503", message: "busy", retryAfter: nil) : .completed(.decided("watch"))
            }
            try await rig.create(1)
            for attempt in 1...3 {
                try await rig.dispatch()
                _ = try await rig.row(1) { $0.state.status == "pending" || attempt == 3 }
                rig.clock.advance(by: .seconds(10))
            }
            let row = try await rig.row(1) { $0.state.configuration == ["watching"] }
            #expect(row.state.retryCount == 0)
            #expect(rig.performer.attempts == ["1-1/1", "1-1/2", "1-1/3"])
            try await rig.checkLaws(1)
        }
    }

    @Test func `of events that expect the same revision one counts, also when they come together`() async throws {
        try await EngineRig.with { rig in
            rig.performer.play { _ in .completed(.decided("watch")) }
            try await rig.create(1)
            try await rig.dispatch()
            let revision = try await rig.row(1) { $0.state.configuration == ["watching"] }.revision
            let outcomes = try await withThrowingTaskGroup(of: WorkOutcome.self) { group in
                for _ in 0..<20 {
                    group.addTask {
                        try await rig.engine.trigger(
                            "poke", data: [:], post: PostID(1), actor: "x", expectedRevision: revision)
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(outcomes.count { if case .taken = $0 { true } else { false } } == 1)
            #expect(outcomes.count { if case .otherRevision = $0 { true } else { false } } == 19)
            #expect(try await rig.row(1) { $0.revision == revision + 1 }.state.context["pokes"] == 1)
        }
    }

    @Test func `an event that the state does not take changes nothing`() async throws {
        try await EngineRig.with { rig in
            try await rig.create(1)
            guard case .ignored = try await rig.engine.trigger("retry", data: [:], post: PostID(1), actor: "x") else {
                return #expect(Bool(false))
            }
            guard case .unknownPost = try await rig.engine.trigger("retry", data: [:], post: PostID(2), actor: "x")
            else {
                return #expect(Bool(false))
            }
            #expect(try await rig.store.posts([PostID(1)]).first?.revision == 1)
        }
    }
}

extension EngineRig {
    func deliver(attempt: Int, id: String, hash: String = "h", job: Int = 1) async throws -> WorkOutcome {
        try await engine.deliver(
            .success(.decided("watch")), job: JobKey(post: PostID(1), number: job), attempt: attempt,
            delivery: Delivery(id: id, bodyHash: hash, body: []), actor: "endpoint:one")
    }
}
