import HTTPClient
import HTTPServer
import JSONValue
import Store
import TestSupport
import Testing

/// Subscriptions over the wire, to a receiver that listens.
@Suite(.timeLimit(.minutes(3)))
struct APIWebhookTests {
    private func withReceiver(
        _ backend: Backend = .sqlite, _ test: (ServiceUnderTest, WebhookReceiver) async throws -> Void
    ) async throws {
        let receiver = try WebhookReceiver()
        let settings = ["webhooks.allowed_hosts=\(receiver.place)", "webhooks.poll=20ms"]
        do {
            try await withService(backend, settings: settings) { edge in try await test(edge, receiver) }
        } catch {
            await receiver.close()
            throw error
        }
        await receiver.close()
    }

    private func body(_ receiver: WebhookReceiver, _ events: JSON = ["*"]) -> JSON {
        ["url": .string(receiver.url), "events": events, "label": "a desk"]
    }

    @Test(arguments: Backend.allCases)
    func `who subscribes is told of what happens, and can verify it`(_ backend: Backend) async throws {
        try await withReceiver(backend) { edge, receiver in
            let made = try await edge.post("/v1/webhooks", body(receiver))
            #expect(made.status == 201)
            let id = try #require(made.json["id"]?.string)
            let secret = try #require(made.json["secret"]?.string)
            #expect(made.headers["Location"] == "/v1/webhooks/\(id)" && secret.hasPrefix("whsec_"))
            let post = try await edge.submit()
            let created = try await receiver.messages.number(1, of: "creation") { $0.type == "post.created" }
            #expect(created.id == "\(id)-\(post)-1" && created.isSigned(by: secret, at: UnixTime.now))
            _ = try await edge.post("/v1/posts/\(post)/events", ["type": "cancel", "data": ["by": "ann"]])
            let ended = try await receiver.messages.number(1, of: "end") { $0.type == "post.ended" }
            #expect(ended.json["data"]?["status"] == "cancelled" && ended.json["data"]?["actor"] == "person:ann")
            let history = try await edge.store.history(post, after: 0, limit: 100)
            _ = try await receiver.messages.number(history.count, of: "message")
            #expect(receiver.ids.sorted() == history.map { "\(id)-\(post)-\($0.revision)" }.sorted())
            let shown = try await edge.get("/v1/webhooks/\(id)")
            #expect(shown.status == 200 && shown.json["secret"] == nil && shown.json["state"] == "active")
            let list = try await edge.get("/v1/webhooks")
            #expect(list.json["webhooks"]?.array?.count == 1 && !list.text.contains("whsec_"))
            let failing = try await edge.get("/v1/webhooks/\(id)/deliveries?state=failed")
            #expect(failing.json["deliveries"] == [] && failing.json["next_cursor"] == .null)
        }
    }

    @Test func `deliveries are listed page by page`() async throws {
        try await withReceiver { edge, receiver in
            let id = try #require(try await edge.post("/v1/webhooks", body(receiver)).json["id"]?.string)
            for number in 1...5 { try await edge.submit(Int64(number)) }
            _ = try await receiver.messages.number(5, of: "creation") { $0.type == "post.created" }
            var (path, ids) = ("/v1/webhooks/\(id)/deliveries?limit=2", [String]())
            while true {
                let page = try await edge.get(path)
                #expect(page.status == 200)
                ids += (page.json["deliveries"]?.array ?? []).compactMap { $0["id"]?.string }
                guard let cursor = page.json["next_cursor"]?.string else { break }
                path = "/v1/webhooks/\(id)/deliveries?limit=2&cursor=\(cursor)"
            }
            #expect(ids.count >= 5 && Set(ids).count == ids.count)
        }
    }

    @Test(arguments: Backend.allCases)
    func `a secret is shown once, lies nowhere, and can be exchanged`(_ backend: Backend) async throws {
        try await withReceiver(backend) { edge, receiver in
            let key = [("Idempotency-Key", "one")]
            var body = body(receiver).object ?? [:]
            body["url"] = .string(receiver.url + "?token=sesame")
            let made = try await edge.post("/v1/webhooks", .object(body), headers: key)
            let again = try await edge.post("/v1/webhooks", .object(body), headers: key)
            #expect(again.headers["Idempotency-Replayed"] == "true" && again.json == made.json)
            let id = try #require(made.json["id"]?.string)
            let old = try #require(made.json["secret"]?.string)
            let rotated = try await edge.post("/v1/webhooks/\(id)/rotate", [:])
            let new = try #require(rotated.json["secret"]?.string)
            #expect(rotated.status == 200 && new != old && rotated.json["former_secret_until"]?.string != nil)
            let late = try await edge.post("/v1/webhooks", .object(body), headers: key)
            #expect(late.json["id"] == .string(id) && late.json["secret"] == nil)
            let test = try await edge.post("/v1/webhooks/\(id)/test", [:])
            #expect(test.json["delivered"] == true && test.json["status"] == 204)
            let message = try await receiver.messages.number(1, of: "test")
            #expect(message.type == "webhook.test" && message.signatures.count == 2)
            #expect(message.isSigned(by: old, at: UnixTime.now) && message.isSigned(by: new, at: UnixTime.now))
            let count = "SELECT count(*) FROM receipts WHERE answer LIKE '%whsec_%'"
            let cast = "SELECT count(*) FROM receipts WHERE answer::text LIKE '%whsec_%'"
            #expect(try await edge.place.count(backend == .sqlite ? count : cast) == 0)
            #expect(try await edge.send("DELETE", "/v1/webhooks/\(id)", []).status == 204)
            #expect(try await edge.place.count("SELECT count(*) FROM audit WHERE subject = 'webhook:\(id)'") == 3)
            let told = backend == .sqlite ? "detail" : "detail::text"
            #expect(try await edge.place.count("SELECT count(*) FROM audit WHERE \(told) LIKE '%sesame%'") == 0)
            #expect(
                try await edge.place.count("SELECT count(*) FROM audit WHERE \(told) LIKE '%\(receiver.place)%'") == 2)
        }
    }

    @Test func `a webhook is changed, stopped, replayed and removed`() async throws {
        try await withReceiver { edge, receiver in
            let id = try #require(
                try await edge.post("/v1/webhooks", body(receiver, ["post.published"])).json["id"]?.string)
            let path = "/v1/webhooks/\(id)"
            let start = try await edge.store.now()
            let post = try await edge.submit()
            let change = { (body: JSON) in try await edge.send("PATCH", path, body.bytes()) }
            let changed = try await change(["events": ["post.created"], "stages": ["triage"], "label": "b"])
            #expect(changed.status == 200 && changed.json["events"] == ["post.created"] && changed.json["label"] == "b")
            #expect(changed.json["url"] == .string(receiver.url))
            let stopped = try await change(["state": "disabled", "reason": "a pause"])
            #expect(stopped.json["state"] == "disabled" && stopped.json["reason"] == "a pause")
            #expect(try await change(["state": "active"]).json["state"] == "active")
            let replay = try await edge.post(path + "/replay", ["from": .string(start.description)])
            #expect(replay.status == 202 && replay.json["replay_until"]?.string != nil)
            let first = try await receiver.messages.number(1, of: "creation")
            #expect(first.id == "\(id)-\(post)-1")
            let again = try await edge.post(path + "/replay", ["delivery": .string(first.id)])
            #expect(again.status == 202 && again.json["type"] == "post.created")
            #expect(try await receiver.messages.number(2, of: "creation").id == first.id)
            receiver.answer(500)
            let test = try await edge.post(path + "/test", [:])
            #expect(test.json["delivered"] == false && test.json["detail"] == "HTTP 500")
            #expect(try await edge.send("DELETE", path, []).status == 204)
            for (method, end) in [("GET", ""), ("DELETE", ""), ("POST", "/test"), ("GET", "/deliveries")] {
                let gone = try await edge.send(method, path + end, method == "POST" ? Array("{}".utf8) : [])
                #expect(gone.status == 404 && gone.code == "unknown_webhook", "\(method) \(end)")
            }
        }
    }

    @Test func `what makes no sense is refused with what is wrong`() async throws {
        try await withReceiver { edge, receiver in
            let id = try #require(try await edge.post("/v1/webhooks", body(receiver)).json["id"]?.string)
            let cases: [(String, String, JSON, Int, String)] = [
                ("POST", "", [:], 422, "'url' is required"), ("POST", "", ["url": "x"], 422, "'events' is required"),
                ("POST", "", ["url": "x", "events": ["*"]], 422, "must be an absolute https:// URL"),
                ("POST", "", ["url": "ftp://example.org", "events": ["*"]], 422, "must be an absolute https:// URL"),
                ("POST", "", ["url": "http://example.org", "events": ["*"]], 422, "must begin with https://"),
                ("POST", "", ["url": "https://10.0.0.1/", "events": ["*"]], 422, "not public"),
                ("POST", "", ["url": "https://localhost/", "events": ["*"]], 422, "not public"),
                ("POST", "", ["url": "https://a:b@example.org/", "events": ["*"]], 422, "without user name"),
                ("POST", "", ["url": "https://example.org/", "events": []], 422, "at least one"),
                ("POST", "", ["url": "https://example.org/", "events": ["post.lost"]], 422, "'post.lost'"),
                ("POST", "", ["url": "https://example.org/", "events": "*"], 422, "must be a list"),
                ("POST", "", ["url": "https://example.org/", "events": ["*"], "secret": "x"], 400, "unknown key"),
                ("PATCH", "/\(id)", ["state": "broken"], 422, "active or disabled"),
                ("PATCH", "/\(id)", ["state": "disabled"], 422, "'reason' is required"),
                ("PATCH", "/\(id)", ["url": 7], 422, "'url' must be a text"),
                ("POST", "/\(id)/replay", [:], 422, "'from' is required"),
                ("POST", "/\(id)/replay", ["from": "yesterday"], 422, "must be a moment"),
                ("POST", "/\(id)/replay", ["from": "2999-01-01T00:00:00Z"], 422, "before now"),
                ("POST", "/\(id)/replay", ["delivery": "x"], 404, "nothing"),
                ("POST", "/\(id)/replay", ["delivery": "x", "from": "2026-01-01T00:00:00Z"], 422, "alone"),
                ("POST", "/nobody/test", [:], 404, "no webhook"),
                ("GET", "/\(id)/deliveries?state=lost", .null, 400, "'state'"),
                ("GET", "/\(id)/deliveries?cursor=x", .null, 400, "'cursor'"),
            ]
            for (method, path, body, status, words) in cases {
                let answer = try await edge.send(method, "/v1/webhooks" + path, method == "GET" ? [] : body.bytes())
                let detail = answer.json["detail"]?.string ?? ""
                #expect(answer.status == status && detail.contains(words), "\(method) \(path) \(body): \(answer.text)")
            }
            #expect(try await edge.get("/v1/webhooks").json["webhooks"]?.array?.count == 1)
        }
    }

    @Test func `the doctor names a webhook that gets nothing any more`() async throws {
        try await withReceiver { edge, receiver in
            let id = try #require(try await edge.post("/v1/webhooks", body(receiver)).json["id"]?.string)
            receiver.answer(410)
            try await edge.submit()
            _ = try await receiver.messages.number(1, of: "message")
            try await eventually { try await edge.get("/v1/webhooks/\(id)").json["state"] == "disabled" }
            let findings = try await edge.get("/v1/doctor").json["findings"]?.array ?? []
            let finding = try #require(findings.first { $0["code"] == "webhook_disabled" })
            #expect(finding["subject"] == .string(id) && finding["mend"]?.string?.contains("enable \(id)") == true)
            receiver.answer(204)
            _ = try await edge.send("PATCH", "/v1/webhooks/\(id)", Array(#"{"state": "active"}"#.utf8))
            #expect(try await edge.get("/v1/doctor").json["findings"] == [])
        }
    }
}
