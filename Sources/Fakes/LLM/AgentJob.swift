import Crypto
import JSONValue
import Oracles

/// A job that the research agent has taken on.
struct AgentJob: Sendable {
    enum Status: String, Sendable {
        case running, completed, failed, cancelled
    }

    /// Ours, the same for the same idempotency key.
    let id: String
    /// Theirs.
    let jobID: String
    let attempt: Int64
    let input: StageInput
    let callbackURL: String
    let secret: WebhookSecret?
    let inputBytes: Int
    /// Of the whole start request, to know a repetition from another request under the same key.
    let digest: [UInt8]
    let body: [UInt8]
    var fault: FaultRule<LLMFault>?
    var status = Status.running
    var fraction = 0.0

    /// Reads a start; the error says what is missing.
    init(key: String?, body: [UInt8]) throws(ControlError) {
        let start: JSON
        do { start = try JSON.parse(body, limits: JSONLimits(depth: 100, bytes: 8 << 20)) } catch {
            throw ControlError("the body is not JSON: \(error)")
        }
        guard let jobID = start["job_id"]?.string else { throw ControlError("job_id is required") }
        guard let url = start["callback"]?["url"]?.string, url.hasPrefix("http://") || url.hasPrefix("https://") else {
            throw ControlError("callback.url must be an http or https URL")
        }
        let attempt = start["attempt"]?.int ?? 1
        id = "run_" + String(StableHash.of(key ?? "\(jobID)/\(attempt)"), radix: 36)
        self.jobID = jobID
        self.attempt = attempt
        input = StageInput(stage: start["stage"]?.string ?? "research", document: start["input"] ?? [:])
        callbackURL = url
        secret = start["callback"]?["secret"]?.string.flatMap { WebhookSecret($0) }
        inputBytes = body.count
        digest = Digest.sha256(body)
        self.body = body
    }

    func described(output: JSON?) -> JSON {
        [
            "id": .string(id), "job_id": .string(jobID), "attempt": .int(attempt), "status": .string(status.rawValue),
            "fraction": .double(fraction), "output": output ?? nil,
        ]
    }
}
