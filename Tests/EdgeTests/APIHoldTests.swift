import HTTPClient
import JSONValue
import Store
import Testing

/// Holding and releasing over the wire.
@Suite struct APIHoldTests {
    private let reason: JSON = ["reason": "the provider answers nonsense"]

    @Test(arguments: Backend.allCases)
    func `a held stage begins nothing new, says why, and goes on when it is released`(
        _ backend: Backend
    ) async throws {
        try await withService(backend) { edge in
            let held = try await edge.send("PUT", "/v1/holds/stage/triage", reason.bytes())
            #expect(held.status == 200 && held.json["scope"] == "stage" && held.json["name"] == "triage")
            #expect(held.json["actor"] == "person:local" && held.json["reason"] == reason["reason"])
            let post = try await edge.submit()
            let waiting = try #require(try await edge.get("/v1/posts/\(post)").json["waiting"]?[0])
            #expect(waiting["kind"] == "release")
            #expect(waiting["text"]?.string?.contains("stage:triage, held by person:local: ") == true)
            #expect(waiting["since"] == held.json["since"])
            #expect(waiting["text"]?.string?.hasSuffix(": the provider answers nonsense") == true)
            #expect(try await edge.get("/").text.contains("stage:triage by person:local"))
            let list = try await edge.get("/v1/holds").json
            #expect(list["holds"]?.array?.count == 1 && list["posts_held"] == 0)
            #expect(edge.agent.starts.all.isEmpty)
            let released = try await edge.send("DELETE", "/v1/holds/stage/triage?reason=mended", [])
            #expect(released.status == 204 && released.body.isEmpty)
            _ = try await edge.agent.starts.number(1, of: "start")
            #expect(try await edge.get("/v1/holds").json["holds"] == [])
            #expect(try await edge.place.count("SELECT count(*) FROM audit WHERE subject = 'stage:triage'") == 2)
        }
    }

    @Test(arguments: Backend.allCases)
    func `a held post waits for its release, and both stand in its history and in the audit log`(
        _ backend: Backend
    ) async throws {
        try await withService(backend) { edge in
            _ = try await edge.send("PUT", "/v1/holds/everything", reason.bytes())
            let post = try await edge.submit()
            let held = try await edge.post("/v1/posts/\(post)/hold", reason, headers: [("Idempotency-Key", "h")])
            #expect(held.status == 200 && held.json["metadata"]?["held"]?["actor"] == "person:local")
            let replay = try await edge.post("/v1/posts/\(post)/hold", reason, headers: [("Idempotency-Key", "h")])
            #expect(replay.headers["Idempotency-Replayed"] == "true" && replay.body == held.body)
            let twice = try await edge.post("/v1/posts/\(post)/hold", reason)
            #expect(twice.status == 409 && twice.code == "event_not_accepted")
            #expect(try await edge.send("DELETE", "/v1/holds/everything", []).status == 204)
            let waiting = try await edge.get("/v1/posts/\(post)").json["waiting"]
            #expect(waiting?.array?.count == 1)
            #expect(waiting?[0]?["text"]?.string?.hasPrefix("held by person:local since 20") == true)
            #expect(waiting?[0]?["until"] == .null)
            #expect(try await edge.get("/v1/posts?held=true").json["posts"]?.array?.count == 1)
            #expect(try await edge.get("/v1/posts?held=false").json["posts"] == [])
            #expect(try await edge.get("/v1/holds").json["posts_held"] == 1)
            #expect(edge.agent.starts.all.isEmpty)
            #expect(try await edge.post("/v1/posts/\(post)/release", reason).status == 200)
            _ = try await edge.agent.starts.number(1, of: "start")
            let events = try await edge.store.history(post, after: 1, limit: 2).map { "\($0.event) \($0.actor)" }
            #expect(events == ["hold person:local", "release person:local"])
            #expect(try await edge.place.count("SELECT count(*) FROM audit WHERE subject = 'post:42'") == 2)
        }
    }

    @Test(arguments: Backend.allCases)
    func `a held endpoint gets nothing from the moment of the answer on`(_ backend: Backend) async throws {
        try await withService(backend) { edge in
            #expect(try await edge.send("PUT", "/v1/holds/endpoint/agent", reason.bytes()).status == 200)
            let post = try await edge.submit()
            #expect(try await edge.row(post).state.status == "pending")
            let priority = try await edge.post("/v1/posts/\(post)/priority", ["set": 77, "reason": "first"])
            #expect(priority.status == 200 && priority.json["priority"] == 77)
            #expect(try await edge.send("DELETE", "/v1/holds/endpoint/agent", []).status == 204)
            _ = try await edge.agent.starts.number(1, of: "start")
            let job = try #require(try await edge.store.job(JobKey(post: post, number: 1)))
            #expect(job.priority == 77)
        }
    }

    @Test func `what cannot be held, and what says no reason, is refused`() async throws {
        try await withService(.sqlite) { edge in
            try await edge.submit()
            let cases: [(String, String, String, Int, String)] = [
                ("PUT", "/v1/holds/stage/nowhere", reason.text, 422, "unprocessable"),
                ("PUT", "/v1/holds/endpoint/nobody", reason.text, 404, "unknown_endpoint"),
                ("PUT", "/v1/holds/colour/red", reason.text, 404, "unknown_hold"),
                ("PUT", "/v1/holds/everything/all", reason.text, 404, "unknown_hold"),
                ("PUT", "/v1/holds/stage", reason.text, 404, "unknown_hold"),
                ("PUT", "/v1/holds/stage/triage", "{}", 422, "unprocessable"),
                ("PUT", "/v1/holds/stage/triage", #"{"reason": ""}"#, 422, "unprocessable"),
                ("PUT", "/v1/holds/stage/triage", #"{"reason": 7}"#, 422, "unprocessable"),
                ("PUT", "/v1/holds/stage/triage", #"{"reason": "x", "why": 1}"#, 400, "unknown_key"),
                ("PUT", "/v1/holds/stage/triage", "[", 400, "malformed_json"),
                ("DELETE", "/v1/holds/stage/triage", "", 404, "unknown_hold"),
                ("POST", "/v1/posts/42/hold", "{}", 422, "unprocessable"),
                ("POST", "/v1/posts/42/release", reason.text, 409, "event_not_accepted"),
                ("POST", "/v1/posts/77/hold", reason.text, 404, "unknown_post"),
                ("POST", "/v1/posts/42/priority", reason.text, 422, "unprocessable"),
                ("POST", "/v1/posts/42/priority", #"{"reason": "x", "set": 1, "add": 1}"#, 422, "unprocessable"),
                ("POST", "/v1/posts/42/priority", #"{"reason": "x", "set": 1.5}"#, 422, "unprocessable"),
                ("POST", "/v1/posts/42/priority", #"{"reason": "x", "set": 99999999999}"#, 422, "unprocessable"),
            ]
            for (method, path, body, status, code) in cases {
                let answer = try await edge.send(method, path, Array(body.utf8))
                #expect(answer.status == status && answer.code == code, "\(method) \(path) \(body): \(answer.text)")
            }
            #expect(try await edge.store.holds().isEmpty)
            #expect(try await edge.get("/v1/posts?held=perhaps").status == 400)
        }
    }
}
