import HTTPClient
import JSONValue
import Store
import Testing

/// Queues, the dead letter, endpoints, probes and figures.
@Suite struct APIOperationTests {
    private static let failing: CallbackAgent.Behaviour = { _, _ in
        let body = #"{"status": "failed", "error": {"code": "no", "message": "not today", "retryable": false}}"#
        return .init(status: 200, headers: [("Content-Type", "application/json")], body: Array(body.utf8))
    }

    @Test(arguments: Backend.allCases)
    func `the queue's status counts posts, endpoints and what is stuck, under both paths`(
        _ backend: Backend
    ) async throws {
        try await withService(backend) { edge in
            try await edge.submit()
            _ = try await edge.accepted(try await edge.agent.starts.number(1, of: "start"))
            for path in ["/queue/status", "/v1/queue/status"] {
                let status = try await edge.get(path).json
                let queue = try #require(status["queues"]?[0])
                #expect(queue["stage"] == "triage" && queue["status"] == "processing" && queue["count"] == 1)
                let agent = status["endpoints"]?.array?.first { $0["name"] == "agent" }
                #expect(agent?["current_load"] == 1 && agent?["max_concurrent"] == 50)
                #expect(status["stuck"] == [] && status["posting_mode"] == "dry_run")
                #expect(status["as_of"]?.string.flatMap { Timestamp($0) } != nil)
            }
        }
    }

    @Test(arguments: Backend.allCases)
    func `failed posts stand in the dead letter and are retried one by one or by a filter`(
        _ backend: Backend
    ) async throws {
        try await withService(backend, agent: Self.failing) { edge in
            for id in 1...3 { try await edge.submit(Int64(id)) }
            for id in 1...3 { try await edge.committed(PostID(Int64(id)), "triage", "failed") }
            let page = try await edge.get("/queue/dead?limit=2").json
            #expect(page["dead"]?.array?.compactMap { $0["id"]?.string } == ["3", "2"])
            #expect(page["dead"]?[0]?["metadata"]?["error"]?["message"] == "not today")
            #expect(page["next_cursor"] == "2")
            #expect(try await edge.get("/queue/dead?cursor=!").status == 400)
            let one = try await edge.post("/queue/retry", ["id": 2])
            #expect(one.status == 200 && one.json["queue_status"] == "pending")
            _ = try await edge.agent.starts.number(4, of: "start")
            let dry = try await edge.post("/queue/retry", ["stage": "triage", "dry_run": true])
            #expect(dry.status == 200 && dry.json["dry_run"] == true)
            let many = try await edge.post("/queue/retry", ["stage": "triage", "community": "science"])
            #expect(many.status == 202 && (many.json["matched"]?.int ?? 0) >= 2)
            _ = try await edge.agent.starts.number(6, of: "start")
            #expect(try await edge.post("/queue/retry", ["id": 77]).status == 404)
        }
    }

    @Test(arguments: Backend.allCases)
    func `a retry whose words have the wrong type is refused, not guessed at`(_ backend: Backend) async throws {
        try await withService(backend, agent: Self.failing) { edge in
            let post = try await edge.submit()
            try await edge.committed(post, "triage", "failed")
            let bodies: [JSON] = [
                ["dry_run": "yes"], ["limit": "5"], ["limit": 0], ["stage": 3], ["id": nil], ["id": "odd id"],
            ]
            for body in bodies { #expect(try await edge.post("/queue/retry", body).status == 422, "\(body.text)") }
            #expect(try await edge.post("/queue/retry", ["stage": "nowhere"]).status == 400)
            #expect(try await edge.post("/queue/retry", ["colour": "red"]).status == 400)
            #expect(try await edge.row(post).state.status == "failed")
            #expect(edge.agent.starts.all.count == 1)
        }
    }

    @Test(arguments: Backend.allCases)
    func `a retry with a known Idempotency-Key is not done again`(_ backend: Backend) async throws {
        try await withService(backend, agent: Self.failing) { edge in
            let post = try await edge.submit()
            try await edge.committed(post, "triage", "failed")
            let first = try await edge.post("/queue/retry", ["id": 42], headers: [("Idempotency-Key", "r")])
            #expect(first.status == 200)
            _ = try await edge.agent.starts.number(2, of: "start")
            _ = try await edge.commits.wait(for: "the second failure") { writes in
                writes.filter { $0.state.status == "failed" }.dropFirst().first
            }
            let again = try await edge.post("/queue/retry", ["id": 42], headers: [("Idempotency-Key", "r")])
            #expect(again.body == first.body && again.headers["Idempotency-Replayed"] == "true")
            #expect(try await edge.row(post).state.status == "failed")
        }
    }

    @Test(arguments: Backend.allCases)
    func `a drained endpoint gets no work until it is opened again`(_ backend: Backend) async throws {
        try await withService(backend, settings: ["engine.lease=600ms"]) { edge in
            let drain = try await edge.send("PUT", "/v1/endpoints/agent", Array(#"{"drained": true}"#.utf8))
            #expect(drain.status == 200 && drain.json["drained"] == true)
            #expect(try await edge.store.endpoints().first { $0.endpoint.name == "agent" }?.endpoint.isDrained == true)
            let open = try await edge.send("PUT", "/v1/endpoints/agent", Array(#"{"drained": false}"#.utf8))
            #expect(open.json["drained"] == false)
            try await edge.submit()
            _ = try await edge.agent.starts.number(1, of: "start")
            let unknown = try await edge.send("PUT", "/v1/endpoints/nobody", Array(#"{"drained": true}"#.utf8))
            #expect(unknown.status == 404 && unknown.code == "unknown_endpoint")
            #expect(try await edge.send("PUT", "/v1/endpoints/agent", Array(#"{"drained": 1}"#.utf8)).status == 422)
        }
    }

    @Test(arguments: Backend.allCases)
    func `probes tell life from readiness, and figures are in Prometheus' form`(_ backend: Backend) async throws {
        try await withService(backend) { edge in
            try await edge.submit()
            _ = try await edge.accepted(try await edge.agent.starts.number(1, of: "start"))
            #expect(try await edge.get("/livez").status == 200)
            #expect(try await edge.get("/readyz").text == "ready\n")
            let metrics = try await edge.get("/metrics")
            #expect(metrics.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8")
            #expect(metrics.text.contains("rejoinder_posts{stage=\"triage\",status=\"processing\"} 1\n"))
            let form = /(# (TYPE|HELP) .+|[a-z_]+(\{[a-z_]+="[^"]*"(,[a-z_]+="[^"]*")*\})? -?[0-9.]+|)/
            for line in metrics.text.split(separator: "\n") { #expect(line.wholeMatch(of: form) != nil, "\(line)") }
            edge.outage.isDown.set(true)
            let away = try await edge.get("/readyz")
            #expect(away.status == 503 && away.headers["Retry-After"] != nil)
            #expect(try await edge.get("/livez").status == 200)
            edge.outage.isDown.set(false)
        }
    }
}
