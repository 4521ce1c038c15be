import HTTPClient
import JSONValue
import Store
import Testing

/// Operations on many posts over the wire.
@Suite struct APIBulkTests {
    private static let failing: CallbackAgent.Behaviour = { _, _ in
        let body = #"{"status": "failed", "error": {"code": "no", "message": "not today", "retryable": false}}"#
        return .init(status: 200, headers: [("Content-Type", "application/json")], body: Array(body.utf8))
    }

    /// The operation once it has ended.
    private func ended(_ edge: ServiceUnderTest, _ id: Int64) async throws -> JSON {
        for _ in 0..<400 {
            let answer = try await edge.get("/v1/bulk/\(id)").json
            if !["pending", "running", "aborting"].contains(answer["state"]?.string) { return answer }
            _ = try? await edge.commits.wait(for: "progress", within: .milliseconds(50)) { _ in nil as Int? }
        }
        throw EndlessOperation()
    }

    private struct EndlessOperation: Error {}

    @Test(arguments: Backend.allCases)
    func `many failed posts are counted, retried in the background, and each is told once`(
        _ backend: Backend
    ) async throws {
        try await withService(backend, agent: Self.failing) { edge in
            for id in 1...6 { try await edge.submit(Int64(id)) }
            for id in 1...6 { try await edge.committed(PostID(Int64(id)), "triage", "failed") }
            let body: JSON = ["kind": "retry", "filter": ["stage": "triage"], "reason": "the provider is back"]
            let dry = try await edge.post(
                "/v1/bulk", .object((body.object ?? [:]).merging(["dry_run": true])))
            #expect(dry.status == 200 && dry.json["matched"] == 6 && dry.json["dry_run"] == true)
            #expect(dry.json["sample"]?.array?.count == 6 && dry.json["filter"]?["status"] == "failed")
            #expect(try await edge.get("/v1/bulk").json["operations"] == [])
            let asked = try await edge.post("/v1/bulk", body, headers: [("Idempotency-Key", "b")])
            #expect(asked.status == 202 && asked.json["total"] == 6 && asked.json["actor"] == "person:local")
            let id = try #require(asked.json["id"]?.int)
            #expect(asked.headers["Location"] == "/v1/bulk/\(id)")
            let again = try await edge.post("/v1/bulk", body, headers: [("Idempotency-Key", "b")])
            #expect(again.body == asked.body && again.headers["Idempotency-Replayed"] == "true")
            let end = try await ended(edge, id)
            #expect(end["state"] == "done" && end["done"] == 6 && end["failed"] == 0)
            _ = try await edge.agent.starts.number(12, of: "start")
            #expect(try await edge.get("/v1/bulk").json["operations"]?.array?.count == 1)
            #expect(try await edge.get("/").text.contains("the provider is back"))
            #expect(try await edge.place.count("SELECT count(*) FROM audit WHERE action = 'bulk.retry'") == 1)
            let over = try await edge.post("/v1/bulk/\(id)/abort", ["reason": "enough"])
            #expect(over.status == 409 && over.code == "operation_ended")
        }
    }

    @Test(arguments: Backend.allCases)
    func `an operation can be stopped; what it did stays, and who stopped it is kept`(
        _ backend: Backend
    ) async throws {
        try await withService(backend, settings: ["engine.operation_rate=1"]) { edge in
            for id in 1...20 { try await edge.submit(Int64(id)) }
            let body: JSON = ["kind": "pause", "filter": ["all": true], "reason": "quiet"]
            let id = try #require(try await edge.post("/v1/bulk", body).json["id"]?.int)
            _ = try await edge.commits.wait(for: "the first") { $0.first { $0.state.metadata["held"] != nil } }
            let stopped = try await edge.post("/v1/bulk/\(id)/abort", ["reason": "enough"])
            #expect(stopped.status == 202 && ["aborting", "aborted"].contains(stopped.json["state"]?.string))
            let end = try await ended(edge, id)
            #expect(end["state"] == "aborted" && (end["done"]?.int ?? 20) < 20)
            #expect(try await edge.get("/v1/holds").json["posts_held"] == end["done"])
            #expect(try await edge.place.count("SELECT count(*) FROM audit WHERE action = 'bulk.abort'") == 1)
        }
    }

    @Test(arguments: Backend.allCases)
    func `many posts are cancelled by a filter, and the history says by whom`(_ backend: Backend) async throws {
        try await withService(backend) { edge in
            for id in 1...3 { try await edge.submit(Int64(id)) }
            _ = try await edge.agent.starts.number(3, of: "start")
            let body: JSON = ["kind": "cancel", "filter": ["ids": [1, "3"]], "reason": "asked to"]
            let id = try #require(try await edge.post("/v1/bulk", body).json["id"]?.int)
            #expect(try await ended(edge, id)["done"] == 2)
            #expect(try await edge.row(PostID(2)).state.status != "cancelled")
            let last = try #require(try await edge.store.history(PostID(3), after: 0, limit: 99).last)
            #expect(last.event == "cancel" && last.actor == "person:local" && last.to == ["cancelled"])
            #expect(last.effects.array?.contains(["operation": .int(id)]) == true)
        }
    }

    @Test func `an operation that makes no sense is refused, with the reason`() async throws {
        try await withService(.sqlite) { edge in
            try await edge.submit()
            let bodies: [(String, Int, String)] = [
                (#"{"kind": "explode", "filter": {"all": true}, "reason": "x"}"#, 422, "unprocessable"),
                (#"{"filter": {"all": true}, "reason": "x"}"#, 422, "unprocessable"),
                (#"{"kind": "pause", "reason": "x"}"#, 422, "unprocessable"),
                (#"{"kind": "pause", "filter": {}, "reason": "x"}"#, 422, "unprocessable"),
                (#"{"kind": "pause", "filter": {"all": true}}"#, 422, "unprocessable"),
                (#"{"kind": "pause", "filter": {"all": true}, "reason": ""}"#, 422, "unprocessable"),
                (#"{"kind": "pause", "filter": {"colour": "red"}, "reason": "x"}"#, 400, "unknown_key"),
                (#"{"kind": "pause", "filter": {"stage": "nowhere"}, "reason": "x"}"#, 400, "bad_request"),
                (#"{"kind": "pause", "filter": {"stage": 7}, "reason": "x"}"#, 422, "unprocessable"),
                (#"{"kind": "pause", "filter": {"held": 1}, "reason": "x"}"#, 422, "unprocessable"),
                (#"{"kind": "pause", "filter": {"ids": []}, "reason": "x"}"#, 422, "unprocessable"),
                (#"{"kind": "pause", "filter": {"ids": ["odd id"]}, "reason": "x"}"#, 422, "unprocessable"),
                (#"{"kind": "pause", "filter": {"ids": 5}, "reason": "x"}"#, 422, "unprocessable"),
                (#"{"kind": "pause", "filter": {"all": true}, "reason": "x", "why": 1}"#, 400, "unknown_key"),
                (#"{"kind": "pause", "filter": {"all": true}, "reason": "x", "dry_run": "no"}"#, 422, "unprocessable"),
                (
                    #"{"kind": "pause", "filter": {"all": true}, "reason": "x", "parameters": {"a": 1}}"#, 400,
                    "unknown_key"
                ),
                (
                    #"{"kind": "event", "filter": {"all": true}, "reason": "x", "parameters": {"event": "no"}}"#, 422,
                    "unprocessable"
                ),
                (
                    #"{"kind": "event", "filter": {"all": true}, "reason": "x", "parameters": {"event": "approve"}}"#,
                    422, "unprocessable"
                ),
                (#"{"kind": "event", "filter": {"all": true}, "reason": "x"}"#, 422, "unprocessable"),
                (#"{"kind": "reprioritise", "filter": {"all": true}, "reason": "x"}"#, 422, "unprocessable"),
                (#"{"kind": "migrate", "filter": {}, "reason": "x"}"#, 422, "unprocessable"),
                (
                    #"{"kind": "migrate", "filter": {}, "reason": "x", "parameters": {"mapping": "::"}}"#, 422,
                    "unprocessable"
                ),
                (
                    #"{"kind": "migrate", "filter": {}, "reason": "x", "parameters": {"mapping": "from: a\nto: b"}}"#,
                    422, "unprocessable"
                ),
            ]
            for (body, status, code) in bodies {
                let answer = try await edge.send("POST", "/v1/bulk", Array(body.utf8))
                #expect(answer.status == status && answer.code == code, "\(body): \(answer.text)")
            }
            #expect(try await edge.store.operations(after: nil, limit: 9).isEmpty)
            #expect(try await edge.get("/v1/bulk/7").code == "unknown_operation")
            #expect(try await edge.get("/v1/bulk/x").code == "unknown_operation")
            #expect(try await edge.post("/v1/bulk/7/abort", ["reason": "x"]).code == "unknown_operation")
            #expect(try await edge.get("/v1/bulk?cursor=-1").status == 400)
        }
    }
}
