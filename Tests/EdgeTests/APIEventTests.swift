import HTTPClient
import JSONValue
import Store
import Testing

/// Triggering transitions from outside.
@Suite struct APIEventTests {
    @Test(arguments: Backend.allCases)
    func `an event that the state takes is a transition by its person`(_ backend: Backend) async throws {
        try await withService(backend) { edge in
            let post = try await edge.submit()
            let answer = try await edge.post(
                "/v1/posts/42/events", ["type": "cancel", "data": ["by": "ada"]], headers: [("Idempotency-Key", "c")])
            #expect(answer.status == 200 && answer.json["queue_status"] == "cancelled")
            let revision = try await edge.row(post).revision
            #expect(answer.headers["ETag"] == "\"\(revision)\"")
            let last = try await edge.store.history(post, after: revision - 1, limit: 1).first
            #expect(last?.actor == "person:ada" && last?.event == "cancel")
            #expect(try await edge.get("/v1/posts/42").json["accepts"] == [])
            let replay = try await edge.post(
                "/v1/posts/42/events", ["type": "cancel", "data": ["by": "ada"]], headers: [("Idempotency-Key", "c")])
            #expect(replay.status == 200 && replay.headers["Idempotency-Replayed"] == "true")
            #expect(try await edge.row(post).revision == revision)
        }
    }

    @Test(arguments: Backend.allCases)
    func `an event that the state does not take is a conflict that names what it takes`(
        _ backend: Backend
    ) async throws {
        try await withService(backend) { edge in
            let post = try await edge.submit()
            _ = try await edge.accepted(try await edge.agent.starts.number(1, of: "start"))
            let before = try await edge.row(post)
            let refused = try await edge.post("/v1/posts/42/events", ["type": "approve", "data": ["by": "ada"]])
            #expect(refused.status == 409 && refused.code == "event_not_accepted")
            #expect(refused.json["accepts"] == ["cancel"])
            #expect(refused.json["configuration"] == ["triage.working.processing"])
            #expect(try await edge.row(post) == before)
        }
    }

    @Test(arguments: Backend.allCases)
    func `an event that is not declared or does not fit is unprocessable`(_ backend: Backend) async throws {
        try await withService(backend) { edge in
            let post = try await edge.submit()
            _ = try await edge.accepted(try await edge.agent.starts.number(1, of: "start"))
            let before = try await edge.row(post)
            let bodies: [JSON] = [
                ["type": "job.assigned", "data": [:]], ["type": "done.invoke.triage"], ["type": "explode"],
                ["type": "cancel"], ["type": "cancel", "data": ["by": 7]], ["type": 1],
                ["type": "cancel", "data": ["by": "ada", "why": "x"]], ["type": "cancel", "data": []], [:],
            ]
            for body in bodies {
                let refused = try await edge.post("/v1/posts/42/events", body)
                #expect(refused.status == 422 && refused.code == "unprocessable", "\(body.text)")
            }
            let unknown = try await edge.post("/v1/posts/42/events", ["type": "cancel", "dota": [:]])
            #expect(unknown.status == 400 && unknown.json["key"] == "dota")
            #expect(try await edge.post("/v1/posts/77/events", ["type": "retry"]).status == 404)
            #expect(try await edge.row(post) == before)
        }
    }

    @Test(arguments: Backend.allCases)
    func `an event for another revision than the present one is refused`(_ backend: Backend) async throws {
        try await withService(backend) { edge in
            let post = try await edge.submit()
            _ = try await edge.accepted(try await edge.agent.starts.number(1, of: "start"))
            let revision = try await edge.row(post).revision
            let cancel: JSON = ["type": "cancel", "data": ["by": "ada"]]
            let old = try await edge.post("/v1/posts/42/events", cancel, headers: [("If-Match", "\"\(revision - 1)\"")])
            #expect(old.status == 412 && old.code == "revision_conflict")
            #expect(try await edge.row(post).revision == revision)
            let right = try await edge.post("/v1/posts/42/events", cancel, headers: [("If-Match", "\"\(revision)\"")])
            #expect(right.status == 200)
            let any = try await edge.post("/v1/posts/42/events", cancel, headers: [("If-Match", "*")])
            #expect(any.status == 409)
        }
    }

    @Test(arguments: Backend.allCases)
    func `of events for the same revision that come together one counts, the others lost it`(
        _ backend: Backend
    ) async throws {
        try await withService(backend) { edge in
            let post = try await edge.submit()
            _ = try await edge.accepted(try await edge.agent.starts.number(1, of: "start"))
            let revision = try await edge.row(post).revision
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<30 {
                    group.addTask {
                        try await edge.post(
                            "/v1/posts/42/events", ["type": "cancel", "data": ["by": "ada"]],
                            headers: [("If-Match", "\"\(revision)\"")]
                        ).status
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses.count { $0 == 200 } == 1)
            #expect(statuses.count { $0 == 412 } == 29)
        }
    }
}
