import Crypto
import JSONValue
import Texts

/// A message of the callback contract, with the id under which it is sent however often that is.
struct CallbackEvent: Sendable {
    let id: String
    let body: [UInt8]

    static func progress(_ task: ResearchTask, number: Int, fraction: Double, message: String, at now: Timestamp)
        -> Self
    {
        make(
            "\(task.id)_p\(number)", "job.progress",
            ["fraction": .double(fraction), "message": .string(message.capped(200))], now)
    }

    /// A job's attempt has one end: whichever is sent has the same id, so that a second one cannot count.
    static func completed(_ task: ResearchTask, _ result: ResearchResult, at now: Timestamp) -> Self {
        make("\(task.id)_end", "job.completed", ["output": result.output, "usage": result.usage.json], now)
    }

    static func failed(_ task: ResearchTask, _ failure: ResearchFailure, at now: Timestamp) -> Self {
        make(
            "\(task.id)_end", "job.failed",
            [
                "error": [
                    "code": .string(failure.code.capped(60)), "message": .string(failure.message.capped(500)),
                    "retryable": .bool(failure.isRetryable),
                ], "usage": failure.usage.json,
            ], now)
    }

    private static func make(_ id: String, _ type: String, _ data: JSON, _ now: Timestamp) -> Self {
        let message: JSON = ["type": .string(type), "timestamp": .string(now.description), "data": data]
        return CallbackEvent(id: id, body: message.bytes())
    }

    /// The headers of one sending.
    func headers(secret: WebhookSecret, now: Timestamp) -> [(String, String)] {
        let seconds = now.unixSeconds
        return [
            ("Content-Type", "application/json"), ("webhook-id", id), ("webhook-timestamp", String(seconds)),
            ("webhook-signature", WebhookSignature.sign(id: id, timestamp: seconds, body: body, secret: secret)),
        ]
    }
}
