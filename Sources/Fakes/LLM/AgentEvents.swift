import Crypto
import JSONValue
import Oracles

/// The callbacks of a job: what they say and how they are signed.
enum AgentEvents {
    struct Event: Sendable {
        /// The same on every repetition of this callback.
        let webhookID: String
        let body: JSON
        let isTerminal: Bool
    }

    static func progress(_ job: AgentJob, _ fraction: Double, now: Timestamp) -> Event {
        let pages = 3 + StableHash.percent("pages", job.id) % 9
        let message = "reading \(max(1, Int(Double(pages) * fraction))) of \(pages) sources"
        return event(
            "job.progress", job, "progress \(fraction)", ["fraction": .double(fraction), "message": .string(message)],
            isTerminal: false, now: now)
    }

    /// The end of a job, as its fault would have it.
    static func end(_ job: AgentJob, now: Timestamp) -> Event {
        switch job.fault?.kind {
        case .failRetryable:
            failure(job, code: job.fault?.code ?? "search_unavailable", "The search did not answer.", true, now: now)
        case .failPermanent:
            failure(job, code: job.fault?.code ?? "input_refused", "The input cannot be worked on.", false, now: now)
        default:
            completed(job, now: now)
        }
    }

    static func output(_ job: AgentJob, now: Timestamp) -> JSON {
        switch job.fault?.kind {
        case .rubbish: "nothing that a schema would know"
        case .wrongSchema: ["findings": [["claim": "c1", "verdict": "maybe"]], "next_state": "published"]
        default: StageOracle.output(job.input, now: now)
        }
    }

    private static func completed(_ job: AgentJob, now: Timestamp) -> Event {
        let output = output(job, now: now)
        let outputTokens = LLMForms.tokens(output.bytes().count)
        let inputTokens = LLMForms.tokens(job.inputBytes)
        let cost = (Double(inputTokens) * 0.000_003 + Double(outputTokens) * 0.000_015) * 1_000_000
        return event(
            "job.completed", job, "end",
            [
                "output": output,
                "usage": [
                    "input_tokens": .int(Int64(inputTokens)), "output_tokens": .int(Int64(outputTokens)),
                    "cost": ["amount": .double(cost.rounded() / 1_000_000), "currency": "USD"],
                ],
            ], isTerminal: true, now: now)
    }

    private static func failure(
        _ job: AgentJob, code: String, _ message: String, _ isRetryable: Bool, now: Timestamp
    ) -> Event {
        event(
            "job.failed", job, "end",
            ["error": ["code": .string(code), "message": .string(message), "retryable": .bool(isRetryable)]],
            isTerminal: true, now: now)
    }

    private static func event(
        _ type: String, _ job: AgentJob, _ name: String, _ data: JSON, isTerminal: Bool, now: Timestamp
    ) -> Event {
        Event(
            webhookID: "msg_" + String(StableHash.of(job.id, String(job.attempt), name), radix: 36),
            body: ["type": .string(type), "timestamp": .string(now.description), "data": data], isTerminal: isTerminal)
    }

    /// The headers of one try; the timestamp is that of the try.
    static func headers(_ event: Event, _ body: [UInt8], secret: WebhookSecret?, now: Timestamp) -> [(String, String)] {
        var headers = [
            ("Content-Type", "application/json"), ("webhook-id", event.webhookID),
            ("webhook-timestamp", String(now.wholeSeconds)),
        ]
        if let secret {
            let signature = WebhookSignature.sign(
                id: event.webhookID, timestamp: now.wholeSeconds, body: body, secret: secret)
            headers.append(("webhook-signature", signature))
        }
        return headers
    }
}
