import Crypto
import HTTPClient
import HTTPServer
import JSONValue
import Store
import Testing

/// How starts reach an agent, and what becomes of the job when they do not.
@Suite struct AgentsStartTests {
    @Test func `a start that arrives is signed with the endpoint's secret`() async throws {
        try await withService(.sqlite) { edge in
            try await edge.submit()
            let start = try await edge.agent.starts.number(1, of: "start")
            let headers = start.request.headers
            #expect(throws: Never.self) {
                try WebhookSignature.verify(
                    id: headers["webhook-id"], timestamp: headers["webhook-timestamp"],
                    signatures: headers["webhook-signature"], body: start.request.body,
                    secrets: [CallbackAgent.signingSecret], now: UnixTime.now)
            }
            #expect(start.json["stage"] == "triage" && start.idempotencyKey == "42-1/1")
            #expect(start.json["input"]?["post"]?["title"]?.string?.contains("10 rivers") == true)
            #expect(start.json["output_schema"]?["title"] == "triage.output")
        }
    }

    @Test(arguments: Backend.allCases)
    func `a start whose answer is lost is sent again as the same attempt`(_ backend: Backend) async throws {
        let agent: CallbackAgent.Behaviour = { _, number in
            number == 1 ? ServerResponse(status: 202, connection: .drop) : CallbackAgent.accepted
        }
        try await withService(backend, agent: agent) { edge in
            let post = try await edge.submit()
            let first = try await edge.agent.starts.number(1, of: "start")
            let second = try await edge.agent.starts.number(2, of: "start")
            #expect(first.idempotencyKey == "42-1/1" && second.idempotencyKey == "42-1/1")
            #expect(first.json == second.json)
            #expect(try await edge.accepted(second).isRecorded)
            #expect(try await edge.send(Callback(first, Callback.completed(Callback.triage))).status == 202)
            #expect(try await edge.endings(post).count == 1)
            let assigned = try await edge.store.history(post, after: 0, limit: 50).filter { $0.event == "job.assigned" }
            #expect(assigned.count == 1)
        }
    }

    @Test(arguments: Backend.allCases)
    func `a fault of the endpoint puts the job back without using up the post's retries`(
        _ backend: Backend
    ) async throws {
        let agent: CallbackAgent.Behaviour = { _, number in
            number < 3 ? .init(status: 503, text: "busy") : CallbackAgent.accepted
        }
        try await withService(backend, settings: ["triage.max_retries=0"], agent: agent) { edge in
            let post = try await edge.submit()
            let third = try await edge.agent.starts.number(3, of: "start")
            #expect(edge.agent.starts.all.map(\.idempotencyKey) == ["42-1/1", "42-1/2", "42-1/3"])
            #expect(try await edge.accepted(third).isRecorded)
            #expect(try await edge.row(post).state.retryCount == 0)
            let returned = try await edge.store.history(post, after: 0, limit: 50).filter { $0.event == "job.returned" }
            #expect(returned.map { $0.data["code"]?.string } == ["http_503", "http_503"])
            #expect(try await edge.send(Callback(third, Callback.completed(Callback.triage))).status == 202)
        }
    }

    @Test func `an endpoint that fails is left alone for a while, then tried with one job`() async throws {
        let agent: CallbackAgent.Behaviour = { _, number in
            number == 1 ? .init(status: 503, text: "busy") : CallbackAgent.accepted
        }
        let settings = ["engine.breaker_faults=1", "engine.breaker_pause=2s"]
        try await withService(.sqlite, settings: settings, agent: agent) { edge in
            try await edge.submit(1)
            let first = try await edge.agent.starts.number(1, of: "start")
            _ = try await edge.commits.wait(for: "the job is put back") { writes in
                writes.first { $0.transitions.contains { $0.event == "job.returned" } }
            }
            try await edge.submit(2)
            try await edge.submit(3)
            let probe = try await edge.agent.starts.number(2, of: "start")
            #expect(probe.at - first.at >= .seconds(2))
            _ = try await edge.agent.starts.number(4, of: "start")
        }
    }

    @Test func `a job goes to another endpoint when the first fails`() async throws {
        let other = try CallbackAgent()
        let yaml = """
              - {name: other, url: "\(other.url)", protocol: callback, capabilities: [triage], preference: -5}

            """
        let agent: CallbackAgent.Behaviour = { _, _ in .init(status: 503, text: "busy") }
        let settings = ["engine.breaker_faults=1", "engine.breaker_pause=60s"]
        try await withService(.sqlite, settings: settings, yaml: yaml, agent: agent) { edge in
            let post = try await edge.submit()
            let start = try await other.starts.number(1, of: "start")
            #expect(start.idempotencyKey == "42-1/2")
            #expect(try await edge.send(Callback(start, Callback.completed(Callback.triage))).status == 202)
            let write = try await edge.committed(post, "research", "pending")
            #expect(write.transitions.last?.actor == "endpoint:other")
        }
        await other.close()
    }

    @Test func `an answer at once ends the job without a callback`() async throws {
        let agent: CallbackAgent.Behaviour = { _, _ in
            let body: JSON = ["status": "completed", "output": Callback.triage, "usage": ["input_tokens": 5]]
            return ServerResponse(status: 200, headers: [("Content-Type", "application/json")], body: body.bytes())
        }
        try await withService(.sqlite, agent: agent) { edge in
            let post = try await edge.submit()
            try await edge.committed(post, "research", "pending")
            let start = try await edge.agent.starts.number(1, of: "start")
            #expect(try await edge.send(Callback(start, Callback.completed(Callback.triage))).status == 200)
            #expect(try await edge.endings(post).count == 1)
        }
    }
}
