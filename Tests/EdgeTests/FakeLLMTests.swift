import Crypto
import JSONValue
import Testing

@testable import Fakes
@testable import Oracles

@Suite struct FakeChatTests {
    private static let now = Timestamp(seconds: FakeFixtures.now)

    private func request(_ schema: String = "triage_output", key: String? = nil) -> FakeRequest {
        let document: JSON = ["stage": "triage", "post": ["title": "Norway banned 12 cars in 1999", "selftext": ""]]
        let body: JSON = [
            "model": "m1",
            "messages": [
                ["role": "system", "content": "{}"],
                ["role": "user", "content": .string("<<<tag\n\(document.text)\ntag>>>")],
            ],
            "response_format": ["type": "json_schema", "json_schema": ["name": .string(schema)]],
        ]
        return FakeRequest(
            "POST", "/v1/chat/completions", headers: key.map { ["authorization": "Bearer \($0)"] } ?? [:],
            body: body.bytes())
    }

    private func desk(_ fault: String? = nil, _ change: (inout FakeLLMOptions) -> Void = { _ in }) throws -> ChatDesk {
        var options = FakeLLMOptions(role: .chat)
        change(&options)
        if let fault { options.faults = [try FaultRule(fault)] }
        return ChatDesk(options)
    }

    @Test func `a completion carries the answer as text, and what it cost`() throws {
        var desk = try desk()
        let (answer, isWork) = desk.answer(request(), now: Self.now)
        #expect(answer.status == 200 && isWork)
        let json = try #require(answer.json)
        #expect(json["object"] == "chat.completion")
        #expect(json["model"] == "m1")
        #expect(json["choices"]?[0]?["finish_reason"] == "stop")
        let content = try JSON.parse(try #require(json["choices"]?[0]?["message"]?["content"]?.string))
        #expect(content["decision"] == "research")
        let usage = json["usage"]
        #expect((usage?["prompt_tokens"]?.int ?? 0) > 10)
        #expect(
            usage?["total_tokens"]?.int == (usage?["prompt_tokens"]?.int ?? 0) + (usage?["completion_tokens"]?.int ?? 0)
        )
    }

    @Test func `the key is asked for when there is one`() throws {
        var desk = try desk { $0.key = "sk-1" }
        #expect(desk.answer(request(), now: Self.now).answer.status == 401)
        #expect(desk.answer(request(key: "sk-2"), now: Self.now).answer.status == 401)
        #expect(desk.answer(request(key: "sk-1"), now: Self.now).answer.status == 200)
    }

    @Test(arguments: [
        ("triage", "triage"), ("response_output", "response"), ("editorial.output", "editorial"), ("other", "triage"),
    ])
    func `the schema's name tells the stage`(name: String, stage: String) throws {
        #expect(StageInput(chat: try JSON.parse(request(name).body)).stage == stage)
    }

    @Test(arguments: [
        ("*:429:retry_after=7", 429), ("triage:500", 500), ("triage:503", 503), ("*:quota", 429),
        ("response:500", 200),
    ])
    func `a refusal comes before any work`(fault: String, status: Int) throws {
        var desk = try desk(fault)
        let (answer, isWork) = desk.answer(request(), now: Self.now)
        #expect(answer.status == status)
        #expect(isWork == (status == 200))
        #expect(desk.answer(request(), now: Self.now).answer.status == 200)
    }

    @Test(arguments: ["rubbish", "cut_json", "wrong_schema", "prose", "fenced", "refusal"])
    func `a spoilt answer is a completion with a wrong text`(fault: String) throws {
        var desk = try desk("*:\(fault)")
        let answer = desk.answer(request(), now: Self.now).answer
        #expect(answer.status == 200)
        let choice = answer.json?["choices"]?[0]
        let content = choice?["message"]?["content"]
        #expect((choice?["finish_reason"] == "length") == (fault == "cut_json"))
        #expect((content == .null) == (fault == "refusal"))
        let read = content?.string.flatMap { try? JSON.parse($0) }
        #expect((read != nil) == (fault == "wrong_schema"))
    }

    @Test func `more requests at a time than it takes are refused`() throws {
        var desk = try desk { $0.maximumConcurrent = 1 }
        #expect(desk.answer(request(), now: Self.now).answer.status == 200)
        #expect(desk.answer(request(), now: Self.now).answer.status == 429)
        desk.ended()
        #expect(desk.answer(request(), now: Self.now).answer.status == 200)
    }

    @Test func `a fault of the other role is refused`() throws {
        var desk = try desk()
        let body = Array(#"{"fault": "twice"}"#.utf8)
        let answer = desk.answer(FakeRequest("POST", "/_control/faults", body: body), now: Self.now).answer
        #expect(answer.status == 400)
        #expect(answer.json?["error"]?.string?.contains("twice") == true)
    }
}

@Suite struct FakeAgentTests {
    private static let now = Timestamp(seconds: FakeFixtures.now)
    private static let secret = WebhookSecret(bytes: Array("a secret between us, 32 bytes...".utf8))

    static func start(_ key: String, url: String = "http://127.0.0.1:1/callbacks/1-1/1", title: String = "x")
        -> FakeRequest
    {
        let body: JSON = [
            "job_id": .string(key), "attempt": 1, "stage": "research",
            "input": [
                "post": ["title": .string(title)], "claims": [["claim_id": "c1", "text": "Norway has 12 cars"]],
            ],
            "callback": ["url": .string(url), "secret": .string(secret.exposed)],
        ]
        return FakeRequest("POST", "/jobs", headers: ["idempotency-key": key + "/1"], body: body.bytes())
    }

    private func desk(_ fault: String? = nil, _ change: (inout FakeLLMOptions) -> Void = { _ in }) throws -> AgentDesk {
        var options = FakeLLMOptions(role: .research)
        change(&options)
        if let fault { options.faults = [try FaultRule(fault)] }
        return AgentDesk(options)
    }

    @Test func `the same key gets the same answer and no second run`() throws {
        var desk = try desk()
        let (first, launch) = desk.answer(Self.start("7-1"), now: Self.now)
        #expect(first.status == 202 && launch != nil)
        let (second, again) = desk.answer(Self.start("7-1"), now: Self.now)
        #expect(second.json == first.json && second.status == 202 && again == nil)
        let (other, none) = desk.answer(Self.start("7-1", title: "y"), now: Self.now)
        #expect(other.status == 409 && none == nil)
        #expect(desk.running == 1)
        let state = desk.answer(FakeRequest("GET", "/_control/state"), now: Self.now).0.json
        #expect(state?["starts"]?["7-1/1"] == 3)
    }

    @Test func `a start must be signed when there is a secret`() throws {
        var desk = try desk { $0.secret = Self.secret }
        var start = Self.start("7-1")
        #expect(desk.answer(start, now: Self.now).0.status == 401)
        start.headers["webhook-id"] = "start_1"
        start.headers["webhook-timestamp"] = String(Self.now.wholeSeconds)
        start.headers["webhook-signature"] = WebhookSignature.sign(
            id: "start_1", timestamp: Self.now.wholeSeconds, body: start.body, secret: Self.secret)
        #expect(desk.answer(start, now: Self.now).0.status == 202)
        start.body += [32]
        #expect(desk.answer(start, now: Self.now).0.status == 401)
    }

    @Test(
        arguments: [
            ("research:fail_retryable", "job.failed", true), ("research:fail_permanent", "job.failed", false),
            ("*:rubbish", "job.completed", nil), ("*:wrong_schema", "job.completed", nil),
            ("*:twice", "job.completed", nil),
        ] as [(String, String, Bool?)])
    func `the end says what the fault asks for`(fault: String, type: String, isRetryable: Bool?) throws {
        var desk = try desk(fault)
        let launch = try #require(desk.answer(Self.start("7-1"), now: Self.now).1)
        let event = AgentEvents.end(launch.job, now: Self.now)
        #expect(event.body["type"]?.string == type)
        #expect(event.body["data"]?["error"]?["retryable"]?.bool == isRetryable)
        #expect(event.webhookID == AgentEvents.end(launch.job, now: Self.now).webhookID)
        #expect(event.webhookID != AgentEvents.progress(launch.job, 0.25, now: Self.now).webhookID)
    }

    @Test func `a callback is signed with the attempt's own secret`() throws {
        var desk = try desk()
        let launch = try #require(desk.answer(Self.start("7-1"), now: Self.now).1)
        let event = AgentEvents.end(launch.job, now: Self.now)
        let body = event.body.bytes()
        let headers = Dictionary(
            AgentEvents.headers(event, body, secret: launch.job.secret, now: Self.now), uniquingKeysWith: { a, _ in a })
        try WebhookSignature.verify(
            id: headers["webhook-id"], timestamp: headers["webhook-timestamp"],
            signatures: headers["webhook-signature"],
            body: body, secrets: [Self.secret], now: Self.now.wholeSeconds)
    }

    @Test func `jobs that were not done come back from the state file's lines`() throws {
        var first = try desk()
        let launch = try #require(first.answer(Self.start("7-1"), now: Self.now).1)
        _ = first.answer(Self.start("8-1"), now: Self.now)
        first.end(launch.job.id, .completed)
        var second = try desk()
        #expect(second.restore(first.journal).map(\.jobID) == ["8-1"])
        let poll = second.answer(FakeRequest("GET", "/jobs/\(launch.job.id)"), now: Self.now).0
        #expect(poll.json?["status"] == "completed")
        #expect(poll.json?["output"]?["findings"]?[0]?["claim_id"] == "c1")
    }

    @Test(
        arguments: [
            (200, nil, RetrySchedule.Decision.done), (202, nil, .done), (409, nil, .stop), (410, nil, .stop),
            (401, nil, .stop), (429, "7", .again(.seconds(7))), (503, "0", .again(.zero)),
        ] as [(Int?, String?, RetrySchedule.Decision)])
    func `the answer to a callback decides whether it is sent again`(
        status: Int?, retryAfter: String?, decision: RetrySchedule.Decision
    ) {
        var schedule = RetrySchedule(base: .seconds(1), limit: .seconds(60), name: "m")
        #expect(schedule.next(status: status, retryAfter: retryAfter) == decision)
    }

    @Test func `without an answer the waits grow and end at the limit`() {
        var schedule = RetrySchedule(base: .seconds(1), limit: .seconds(100), name: "m")
        var waits: [Duration] = []
        while case .again(let wait) = schedule.next(status: nil, retryAfter: nil), waits.count < 100 {
            waits.append(wait)
        }
        #expect(waits.count >= 5 && waits.count < 12)
        #expect(waits == waits.sorted())
        #expect(waits.allSatisfy { $0 <= RetrySchedule.longestWait * 5 / 4 })
    }
}
