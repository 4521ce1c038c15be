import Crypto
import JSONValue
import Oracles

/// The chat endpoint as a value: what it answers, and what it has counted.
struct ChatDesk: Sendable {
    let options: FakeLLMOptions
    var faults: FaultScript<LLMFault>
    private var stages: [String: Int] = [:]
    private var statuses: [String: Int] = [:]
    private var keys: [String: Int] = [:]
    private(set) var running = 0
    private var peak = 0

    /// Keys counted at most; a fake does not grow for ever.
    static let maximumKeys = 100_000

    init(_ options: FakeLLMOptions) {
        self.options = options
        faults = FaultScript(options.faults)
    }

    /// Answers one request. The caller waits for the answer's delay, and then says ``ended()`` if work was begun.
    mutating func answer(_ request: FakeRequest, now: Timestamp) -> (answer: FakeAnswer, isWork: Bool) {
        switch (request.method, request.path) {
        case (_, "/_control/faults"): return (faults.control(request, for: .chat), false)
        case ("GET", "/_control/state"): return (.json(described), false)
        case ("GET", "/health"): return (.json(["status": "ok"]), false)
        case ("GET", "/v1/models"): return (models, false)
        case ("POST", "/v1/chat/completions"): return complete(request, now: now)
        default: return (LLMForms.notFound, false)
        }
    }

    mutating func ended() { running -= 1 }

    private mutating func complete(_ request: FakeRequest, now: Timestamp) -> (answer: FakeAnswer, isWork: Bool) {
        if let key = request.headers["idempotency-key"], keys.count < Self.maximumKeys { keys[key, default: 0] += 1 }
        let refused = refusal(request)
        guard refused == nil, let body = try? JSON.parse(request.body), body.object != nil else {
            return noted(
                refused ?? LLMForms.failure(400, "We could not parse the JSON body.", type: "invalid_request_error"))
        }
        let input = StageInput(chat: body)
        stages[input.stage, default: 0] += 1
        let fault = faults.take(input.stage)
        if let answer = fault.flatMap(LLMForms.refusal) { return noted(answer) }
        guard running < options.maximumConcurrent else { return noted(LLMForms.tooMany(retryAfter: 1)) }
        running += 1
        peak = max(peak, running)
        var completion = ChatCompletion(input, request: body, body: request.body, model: options.model, now: now)
        if let fault { completion.apply(fault.kind) }
        var answer = FakeAnswer.json(completion.form(now: now), headers: [("x-request-id", completion.id)])
        answer.delay = Self.delay(of: completion.id, about: options.duration)
        if let fault { Self.hold(&answer, fault) }
        return (noted(answer).answer, true)
    }

    private static func hold(_ answer: inout FakeAnswer, _ fault: FaultRule<LLMFault>) {
        switch fault.kind {
        case .slow: answer.delay += fault.delay
        case .dropAfter: answer.isDropped = true
        case .noAnswer:
            answer.isDropped = true
            answer.delay = .seconds(3600)
        default: break
        }
    }

    /// Three quarters to five quarters of the usual time; the same for the same name.
    static func delay(of name: String, about usual: Duration) -> Duration {
        usual * (75 + StableHash.percent("delay", name) / 2) / 100
    }

    private func refusal(_ request: FakeRequest) -> FakeAnswer? {
        guard let key = options.key else { return nil }
        let given = Array((request.headers["authorization"] ?? "").utf8)
        return Digest.constantTimeEqual(given, Array("Bearer \(key)".utf8)) ? nil : LLMForms.unauthorized
    }

    private mutating func noted(_ answer: FakeAnswer) -> (answer: FakeAnswer, isWork: Bool) {
        statuses[answer.isDropped ? "dropped" : String(answer.status), default: 0] += 1
        return (answer, false)
    }

    private var models: FakeAnswer {
        let model: JSON = [
            "id": .string(options.model), "object": "model", "created": 1_700_000_000, "owned_by": "fake",
        ]
        return .json(["object": "list", "data": [model]])
    }

    private var described: JSON {
        let repeated = keys.filter { $0.value > 1 }
        return [
            "role": "chat", "stages": .counts(stages), "answers": .counts(statuses), "running": .int(Int64(running)),
            "peak": .int(Int64(peak)), "keys": .int(Int64(keys.count)), "repeated_keys": .counts(repeated),
            "faults": faults.described,
        ]
    }
}

extension FaultScript where Kind == LLMFault {
    /// As ``control(_:)``, but refuses faults that the role cannot make.
    mutating func control(_ request: FakeRequest, for role: FakeLLMOptions.Role) -> FakeAnswer {
        let before = self
        let answer = control(request)
        guard let foreign = ruleKinds.first(where: { !$0.isFor(role) }) else { return answer }
        self = before
        return .json(
            ["error": .string("faults: \(foreign.rawValue) is no fault of the role \(role.rawValue)")], status: 400)
    }
}
