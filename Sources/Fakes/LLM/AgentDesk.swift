import Crypto
import JSONValue

/// The research agent as a value: the jobs it has taken on, and what it has counted.
struct AgentDesk: Sendable {
    /// A job to begin, and when it is answered.
    struct Launch: Sendable {
        let job: AgentJob
        /// The terminal callback is sent and answered first.
        let isEarly: Bool
    }

    static let maximumJobs = 100_000

    let options: FakeLLMOptions
    var faults: FaultScript<LLMFault>
    var journal: [JSON] = []
    private var jobs: [String: AgentJob] = [:]
    private var starts: [String: Int] = [:]
    private var answers: [String: Int] = [:]
    private var callbacks: [String: Int] = [:]
    private(set) var running = 0
    private var peak = 0

    init(_ options: FakeLLMOptions) {
        self.options = options
        faults = FaultScript(options.faults)
    }

    subscript(id: String) -> AgentJob? { jobs[id] }

    /// Takes up what a state file holds; gives back the jobs that were not done.
    mutating func restore(_ lines: [JSON]) -> [AgentJob] {
        for line in lines {
            if let body = line["start"]?.string {
                guard let job = try? AgentJob(key: line["key"]?.string, body: Array(body.utf8)) else { continue }
                jobs[job.id] = job
            } else if let id = line["end"]?.string {
                jobs[id]?.status = AgentJob.Status(rawValue: line["status"]?.string ?? "") ?? .completed
            }
        }
        let unfinished = jobs.values.filter { $0.status == .running }.sorted { $0.id < $1.id }
        running = unfinished.count
        return unfinished
    }

    mutating func answer(_ request: FakeRequest, now: Timestamp) -> (FakeAnswer, Launch?) {
        let parts = request.segments
        switch request.method {
        case _ where request.path == "/_control/faults": return (faults.control(request, for: .research), nil)
        case "GET" where request.path == "/_control/state": return (.json(described), nil)
        case "GET" where parts == ["health"]: return (.json(["status": "ok"]), nil)
        case "GET" where parts.count > 1: return (poll(parts[parts.count - 1], now: now), nil)
        case "DELETE" where parts.count > 1: return (cancel(parts[parts.count - 1]), nil)
        case "POST" where parts.last == "cancel" && parts.count > 2: return (cancel(parts[parts.count - 2]), nil)
        case "POST" where parts.first != "_control":
            let (answer, launch) = start(request, now: now)
            answers[answer.isDropped ? "dropped" : String(answer.status), default: 0] += 1
            return (answer, launch)
        default: return (LLMForms.notFound, nil)
        }
    }

    private mutating func start(_ request: FakeRequest, now: Timestamp) -> (FakeAnswer, Launch?) {
        let key = request.headers["idempotency-key"]
        starts[key ?? "", default: 0] += 1
        guard isTrusted(request, now: now) else { return (LLMForms.unauthorized, nil) }
        var job: AgentJob
        do { job = try AgentJob(key: key, body: request.body) } catch {
            return (LLMForms.failure(400, error.description, type: "invalid_request_error"), nil)
        }
        if let known = jobs[job.id] { return (again(known, job), nil) }
        job.fault = faults.take(job.input.stage)
        if let answer = job.fault.flatMap(LLMForms.refusal) { return (answer, nil) }
        guard running < options.maximumConcurrent, jobs.count < Self.maximumJobs else {
            return (LLMForms.tooMany(retryAfter: 1), nil)
        }
        jobs[job.id] = job
        running += 1
        peak = max(peak, running)
        journal.append(["start": .string(String(decoding: job.body, as: UTF8.self)), "key": JSON(key)])
        return (accepted(job), Launch(job: job, isEarly: job.fault?.kind == .early))
    }

    /// The same key: the same answer and no second run. Another request under it is refused.
    private func again(_ known: AgentJob, _ job: AgentJob) -> FakeAnswer {
        guard known.digest == job.digest else {
            return LLMForms.failure(409, "This key was used for another request.", type: "idempotency_error")
        }
        return .json(["id": .string(known.id)], status: 202)
    }

    private func accepted(_ job: AgentJob) -> FakeAnswer {
        var answer = FakeAnswer.json(["id": .string(job.id)], status: 202)
        switch job.fault?.kind {
        case .slow: answer.delay = job.fault?.delay ?? .zero
        case .dropAfter: answer.isDropped = true
        case .noAnswer:
            answer.isDropped = true
            answer.delay = .seconds(3600)
        default: break
        }
        return answer
    }

    private func isTrusted(_ request: FakeRequest, now: Timestamp) -> Bool {
        guard let secret = options.secret else { return true }
        do {
            try WebhookSignature.verify(
                id: request.headers["webhook-id"], timestamp: request.headers["webhook-timestamp"],
                signatures: request.headers["webhook-signature"], body: request.body, secrets: [secret],
                now: now.wholeSeconds)
            return true
        } catch {
            return false
        }
    }

    private func poll(_ id: String, now: Timestamp) -> FakeAnswer {
        guard let job = jobs[id] else { return LLMForms.notFound }
        return .json(job.described(output: job.status == .completed ? AgentEvents.output(job, now: now) : nil))
    }

    /// A wish: what is on its way may still arrive.
    private mutating func cancel(_ id: String) -> FakeAnswer {
        guard let job = jobs[id] else { return LLMForms.notFound }
        if job.status == .running { end(id, .cancelled) }
        return .json(["id": .string(id)], status: 202)
    }

    // MARK: What the shell tells

    mutating func progressed(_ id: String, _ fraction: Double) { jobs[id]?.fraction = fraction }

    mutating func end(_ id: String, _ status: AgentJob.Status) {
        if jobs[id]?.status == .running { running -= 1 }
        jobs[id]?.status = status
        if status != .failed { jobs[id]?.fraction = 1 }
        journal.append(["end": .string(id), "status": .string(status.rawValue)])
    }

    /// Counts the answer to one callback; no status means that none came.
    mutating func called(_ type: String, status: Int?) {
        callbacks["\(type) \(status.map { String($0) } ?? "no answer")", default: 0] += 1
    }

    private var described: JSON {
        [
            "role": "research", "jobs": .int(Int64(jobs.count)), "running": .int(Int64(running)),
            "peak": .int(Int64(peak)), "starts": .counts(starts), "answers": .counts(answers),
            "callbacks": .counts(callbacks), "faults": faults.described,
        ]
    }
}
