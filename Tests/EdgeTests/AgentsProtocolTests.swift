import Crypto
import Engine
import HTTPClient
import JSONValue
import Testing

@testable import Agents

/// The two protocols as tables: what is said, and what answers mean.
@Suite struct AgentsProtocolTests {
    static let context = StartContext(
        job: "42-1", attempt: 3, stage: "research", model: "m-1", url: "http://agent.test/jobs",
        deadline: "2026-11-23T17:05:00Z", input: ["post": ["title": "A \"title\""]], outputSchema: ["type": "object"],
        schemaName: "triage.output", messages: [("system", "Be brief."), ("user", "<post>")],
        callbackURL: "http://us.test/callbacks/42-1/3?k=abc", callbackSecret: WebhookSecret(bytes: [1, 2, 3]),
        credentials: EndpointCredentials(bearer: "b-1", signing: WebhookSecret(bytes: Array("signing".utf8))),
        unixTime: 1_795_450_000)

    private func answer(_ status: Int, _ body: String = "", _ headers: [(String, String)] = []) -> HTTPResponse {
        HTTPResponse(status: status, headers: HTTPHeaders(headers), body: Array(body.utf8))
    }

    private func header(_ name: String, _ call: EndpointCall) -> [String] {
        call.headers.filter { $0.0.lowercased() == name.lowercased() }.map(\.1)
    }

    @Test func `a start by callback says everything of the contract, signed`() throws {
        let call = CallbackProtocol().start(Self.context)
        #expect(call.url == "http://agent.test/jobs")
        #expect(
            try JSON.parse(call.body) == [
                "job_id": "42-1", "attempt": 3, "stage": "research", "model": "m-1",
                "deadline": "2026-11-23T17:05:00Z", "input": ["post": ["title": "A \"title\""]],
                "output_schema": ["type": "object"],
                "callback": ["url": "http://us.test/callbacks/42-1/3?k=abc", "secret": "whsec_AQID"],
            ])
        #expect(header("Idempotency-Key", call) == ["42-1/3"])
        #expect(header("Authorization", call) == ["Bearer b-1"])
        let trace = try #require(header("traceparent", call).first)
        #expect(trace.wholeMatch(of: /00-[0-9a-f]{32}-[0-9a-f]{16}-01/) != nil)
        #expect(throws: Never.self) {
            try WebhookSignature.verify(
                id: header("webhook-id", call).first, timestamp: header("webhook-timestamp", call).first,
                signatures: header("webhook-signature", call).first, body: call.body,
                secrets: [WebhookSecret(bytes: Array("signing".utf8))], now: 1_795_450_000)
        }
    }

    @Test func `a start is the same however often it is encoded, and without credentials it is not signed`() {
        let (one, two) = (CallbackProtocol().start(Self.context), CallbackProtocol().start(Self.context))
        #expect(one.body == two.body && one.headers.map(\.1) == two.headers.map(\.1))
        var context = Self.context
        context.credentials = EndpointCredentials()
        let call = CallbackProtocol().start(context)
        #expect(header("webhook-signature", call).isEmpty && header("Authorization", call).isEmpty)
    }

    @Test func `a chat asks for the schema by a name that is allowed, at the right URL`() throws {
        let call = ChatProtocol().start(Self.context)
        let body = try JSON.parse(call.body)
        #expect(body["model"] == "m-1")
        #expect(
            body["messages"] == [
                ["role": "system", "content": "Be brief."], ["role": "user", "content": "<post>"],
            ])
        #expect(body["response_format"]?["json_schema"]?["name"] == "triage_output")
        #expect(body["response_format"]?["json_schema"]?["schema"] == ["type": "object"])
        #expect(!String(decoding: call.body, as: UTF8.self).contains("whsec_"))
        let urls = [
            "http://a.test": "http://a.test/v1/chat/completions", "http://a.test/": "http://a.test/v1/chat/completions",
            "http://a.test/v1": "http://a.test/v1/chat/completions",
            "http://a.test/v1/": "http://a.test/v1/chat/completions",
            "http://a.test/x/chat/completions": "http://a.test/x/chat/completions",
        ]
        for (base, expected) in urls {
            var context = Self.context
            context.url = base
            #expect(ChatProtocol().start(context).url == expected)
        }
    }

    @Test func `answers to a start by callback mean what the contract says`() {
        let table: [(HTTPResponse, String)] = [
            (answer(202, #"{"id": "r-1"}"#), "accepted r-1"), (answer(202, #"{"id": 7}"#), "accepted 7"),
            (answer(202, ""), "accepted -"), (answer(202, "rubbish"), "accepted -"),
            (answer(204), "accepted -"),
            (answer(200, #"{"status": "completed", "output": {"a": 1}}"#), "completed"),
            (answer(200, #"{"status": "completed"}"#), "accepted -"),
            (
                answer(200, #"{"status": "failed", "error": {"code": "x", "message": "m", "retryable": true}}"#),
                "failed x true"
            ),
            (answer(200, #"{"status": "failed", "error": {}}"#), "failed agent_failed false"),
            (answer(429, "", [("Retry-After", "7")]), "fault http_429 7"), (answer(429), "fault http_429 -"),
            (answer(503, "", [("Retry-After", "Wed, 21 Oct 2020 07:28:00 GMT")]), "fault http_503 0"),
            (answer(503, "", [("Retry-After", "tomorrow")]), "fault http_503 60"),
            (answer(429, "", [("retry-after-ms", "1500"), ("Retry-After", "9")]), "fault http_429 1"),
            (answer(429, "", [("llm_provider-retry-after", "11")]), "fault http_429 11"),
            (
                answer(429, "", [("x-ratelimit-remaining-tokens", "0"), ("x-ratelimit-reset-tokens", "6m2.5s")]),
                "fault http_429 362"
            ),
            (
                answer(429, "", [("x-ratelimit-remaining-tokens", "5"), ("x-ratelimit-reset-tokens", "6m0s")]),
                "fault http_429 -"
            ),
            (answer(503, "", [("Retry-After", "1e9")]), "fault http_503 600"),
            (answer(503, "", [("Retry-After", "-5")]), "fault http_503 60"),
            (answer(503, "", [("Retry-After", "nan")]), "fault http_503 60"),
            (answer(429, #"{"error": {"code": "insufficient_quota"}}"#), "fault quota_exhausted 300"),
            (answer(429, #"{"error": {"type": "insufficient_quota"}}"#), "fault quota_exhausted 300"),
            (answer(500, "<html>"), "fault http_500 -"), (answer(502), "fault http_502 -"),
            (answer(408), "fault http_408 -"), (answer(401), "fault http_401 30"), (answer(403), "fault http_403 30"),
            (answer(404), "fault http_404 30"), (answer(400, #"{"error": "no"}"#), "failed http_400 false"),
            (answer(409), "failed http_409 true"), (answer(422), "failed http_422 false"),
            (answer(301), "failed http_301 false"),
        ]
        for (response, meaning) in table {
            #expect(Self.say(CallbackProtocol().read(start: response)) == meaning, "\(response.status)")
        }
    }

    @Test func `answers of a chat are judged by status, finish, refusal and content, in this order`() {
        let choice = { (choice: String) in
            self.answer(200, #"{"choices": [\#(choice)], "usage": {"prompt_tokens": 3}}"#)
        }
        let table: [(HTTPResponse, String)] = [
            (choice(#"{"finish_reason": "stop", "message": {"content": "{}"}}"#), "completed"),
            (choice(#"{"finish_reason": null, "message": {"content": ""}}"#), "completed"),
            (choice(#"{"finish_reason": "length", "message": {"content": "{"}}"#), "failed output_cut true"),
            (choice(#"{"finish_reason": "length", "message": {"refusal": "no"}}"#), "failed output_cut true"),
            (choice(#"{"finish_reason": "content_filter", "message": {}}"#), "failed refused false"),
            (
                choice(#"{"finish_reason": "stop", "message": {"refusal": "I cannot", "content": "{}"}}"#),
                "failed refused false"
            ),
            (choice(#"{"finish_reason": "stop", "message": {"refusal": "", "content": "{}"}}"#), "completed"),
            (choice(#"{"finish_reason": "stop", "message": {"content": null}}"#), "failed no_content true"),
            (choice(#"{"finish_reason": "stop", "message": {"content": [1]}}"#), "failed no_content true"),
            (choice("7"), "failed no_content true"), (answer(200, #"{"choices": []}"#), "fault not_a_completion -"),
            (answer(200, "rubbish"), "fault not_a_completion -"), (answer(200, ""), "fault not_a_completion -"),
            (answer(200, "[]"), "fault not_a_completion -"), (answer(204), "failed http_204 false"),
            (answer(500, "text"), "fault http_500 -"), (answer(429, "", [("Retry-After", "2")]), "fault http_429 2"),
        ]
        for (response, meaning) in table {
            #expect(
                Self.say(ChatProtocol().read(start: response)) == meaning,
                "\(String(decoding: response.body, as: UTF8.self))")
        }
    }

    @Test func `what an endpoint's error says is kept short, and secrets are not described`() {
        let long = answer(400, #"{"error": {"message": ""# + String(repeating: "x", count: 5000) + #""}}"#)
        guard case .failed(let failure, _) = CallbackProtocol().read(start: long) else {
            Issue.record("a 400 is a failure")
            return
        }
        #expect(failure.message.count < 200)
        #expect(!"\(Self.context.credentials) \(Self.context)".contains("b-1"))
        #expect(!"\(Self.context)".contains("AQID"))
    }

    /// A reply in a few words.
    private static func say(_ reply: StartReply) -> String {
        switch reply {
        case .accepted(let id): "accepted \(id ?? "-")"
        case .completed: "completed"
        case .failed(let failure, _): "failed \(failure.code) \(failure.isRetryable)"
        case .fault(let code, _, let retryAfter):
            "fault \(code) " + (retryAfter.map { "\(Int($0 / .seconds(1)))" } ?? "-")
        }
    }
}
