import HTTPClient
import HTTPServer
import JSONValue
import Store
import Testing

/// Trying, checking and setting endpoints, and what the work has cost.
@Suite struct EndpointTrialTests {
    private func steps(_ answer: HTTPResponse) -> [String] {
        (answer.json["steps"]?.array ?? []).map { "\($0["step"]?.string ?? "?") \($0["ok"]?.bool == true)" }
    }

    @Test func `a trial shows the round trip of a signed callback, and leaves nothing behind`() async throws {
        let agent: CallbackAgent.Behaviour = { start, _ in
            let callback = Callback(start, Callback.completed(Self.triage))
            let client = HTTPClient(userAgent: "trial")
            // The callback comes before the start is answered.
            let status = try? await client.send(callback.request).status
            await client.close()
            return status == 202 ? CallbackAgent.accepted : .init(status: 500, text: "refused")
        }
        try await withService(agent: agent) { edge in
            let answer = try await edge.post("/v1/endpoints/agent/test", [:])
            #expect(answer.json["ok"] == true, "\(answer.text)")
            #expect(steps(answer) == ["health true", "start true", "callback true", "result true"])
            let start = try await edge.agent.starts.number(1, of: "start")
            #expect(start.stage == "triage" && start.job.hasPrefix("9007199254740991-"))
            #expect(try await edge.store.listPosts(PostFilter(), after: nil, limit: 10).isEmpty)
            // Nobody waits for it any more.
            #expect(try await edge.send(Callback(start, Callback.completed(Self.triage))).status == 410)
            let forged = Callback(start, Callback.completed(Self.triage)).with { $0.signature = "v1,AAAA" }
            #expect(try await edge.send(forged).status == 401)
        }
    }

    @Test func `a trial ends with the first step that is not good, and says why`() async throws {
        try await withService(agent: { _, _ in .init(status: 503, text: "busy") }) { edge in
            let answer = try await edge.post("/v1/endpoints/agent/test", [:])
            #expect(answer.json["ok"] == false && steps(answer) == ["health true", "start false"])
            #expect(answer.json["steps"]?[1]?["detail"]?.string?.contains("http_503") == true)
            #expect(try await edge.post("/v1/endpoints/nobody/test", [:]).code == "unknown_endpoint")
        }
        try await withService { edge in
            let answer = try await edge.post("/v1/endpoints/agent/test?seconds=1", [:])
            #expect(steps(answer) == ["health true", "start true", "callback false"])
        }
        let unfit: CallbackAgent.Behaviour = { _, _ in
            let body: JSON = ["status": "completed", "output": ["decision": "perhaps"]]
            return ServerResponse(status: 200, headers: [("Content-Type", "application/json")], body: body.bytes())
        }
        try await withService(agent: unfit) { edge in
            let answer = try await edge.post("/v1/endpoints/agent/test", [:])
            #expect(steps(answer) == ["health true", "start true", "result false"])
        }
    }

    @Test(arguments: RemoteAgent.Kind.allCases)
    func `an endpoint that is asked is tried by asking`(_ kind: RemoteAgent.Kind) async throws {
        let remote = try RemoteAgent(kind)
        remote.onStart { _ in remote.end(remote.tasks.count - 1, .output(Self.triage)) }
        try await withService(yaml: remote.yaml(poll: "1h")) { edge in
            let answer = try await edge.post("/v1/endpoints/remote/test", [:])
            #expect(steps(answer).suffix(3) == ["start true", "asked true", "result true"], "\(answer.text)")
        }
        await remote.close()
    }

    @Test(arguments: Backend.allCases)
    func `slots and preference are set while the service runs, within bounds`(_ backend: Backend) async throws {
        try await withService(backend) { edge in
            let set = { (body: JSON) in
                try await edge.send("PUT", "/v1/endpoints/agent", body.bytes())
            }
            #expect(try await set(["max_concurrent": 3, "preference": -7]).status == 200)
            let row = try #require(try await edge.store.endpointRows().first { $0.name == "agent" })
            #expect(row.maxConcurrent == 3 && row.preference == -7)
            for body: JSON in [
                ["max_concurrent": 0], ["max_concurrent": 1.5], ["preference": "high"], ["preference": 5000], [:],
            ] {
                #expect(try await set(body).status == 422, "\(body.text)")
            }
            #expect(try await set(["slots": 3]).code == "unknown_key")
            #expect(try await edge.store.endpointRows().first { $0.name == "agent" }?.maxConcurrent == 3)
        }
    }

    @Test func `what the work has cost is told by day, endpoint and post, failed attempts too`() async throws {
        try await withService(settings: ["triage.max_retries=0", "costs.per_post=0.5"]) { edge in
            let post = try await edge.submit()
            let start = try await edge.agent.starts.number(1, of: "start")
            var failed = Callback.failed(retryable: false).object ?? [:]
            failed["data"] = [
                "error": ["code": "search_down", "message": "no search"],
                "usage": ["input_tokens": 5, "cost": ["amount": 0.75, "currency": "USD"]],
            ]
            #expect(try await edge.send(Callback(start, .object(failed))).status == 202)
            try await edge.committed(post, "triage", "failed")
            let days = try await edge.get("/v1/costs").json
            #expect(days["microdollars"] == 750_000 && days["costs"]?[0]?["usd"] == "0.750000")
            let posts = try await edge.get("/v1/costs?by=post&post=\(post)").json
            #expect(posts["costs"]?[0]?["name"] == .string("\(post.rawValue)"))
            #expect(try await edge.get("/v1/costs?by=colour").status == 400)
            #expect(try await edge.get("/v1/costs?since=yesterday").status == 400)
            // It has cost more than a post may: no further call is made for it.
            #expect(try await edge.post("/v1/posts/\(post)/events", ["type": "retry", "data": [:]]).status < 300)
            _ = try await edge.commits.wait(for: "the second end") { writes in
                writes.first { $0.transitions.contains { $0.data["code"] == "post_over_budget" } }
            }
            #expect(edge.agent.starts.all.count == 1)
        }
    }

    /// What fits the made-up post of a trial.
    private static let triage: JSON = {
        var object = Callback.triage.object ?? [:]
        object["claims"] = [
            [
                "text": "Ten rivers carry 90% of the plastic.",
                "quote": "90% of plastic in the sea comes from 10 rivers",
                "type": "quantity", "check_worthiness": 0.86, "harm_if_false": "low",
            ]
        ]
        return .object(object)
    }()
}
