import Crypto
import JSONValue
import Store

/// A signed callback as it goes over the wire, made before the time is taken.
struct PreparedCallback: Sendable {
    let post: PostID
    let request: [UInt8]

    /// `start` is the body of a start request, as the service sent it; `decision` is `reject`, which ends the post, or
    /// `research`, which leads to its next job; `unixTime` stands in the signature.
    init?(start: JSON, decision: String, unixTime: Int64) {
        guard let id = start["job_id"]?.string, let job = JobKey(id), let attempt = start["attempt"]?.int,
            let url = start["callback"]?["url"]?.string, let text = start["callback"]?["secret"]?.string,
            let secret = WebhookSecret(text), let path = url.range(of: "/callbacks/").map({ url[$0.lowerBound...] })
        else { return nil }
        post = job.post
        let message: JSON = [
            "type": "job.completed", "timestamp": "2026-01-01T00:00:00Z",
            "data": [
                "output": Self.output(decision), "usage": ["input_tokens": 900, "output_tokens": 120],
            ],
        ]
        let body = message.bytes()
        let delivery = "bench_\(job)_\(attempt)"
        let signature = WebhookSignature.sign(id: delivery, timestamp: unixTime, body: body, secret: secret)
        let head = """
            POST \(path) HTTP/1.1\r
            Host: 127.0.0.1\r
            Content-Type: application/json\r
            webhook-id: \(delivery)\r
            webhook-timestamp: \(unixTime)\r
            webhook-signature: \(signature)\r
            Content-Length: \(body.count)\r
            \r

            """
        request = Array(head.utf8) + body
    }

    private static func output(_ decision: String) -> JSON {
        let claims: JSON =
            decision == "reject"
            ? []
            : [
                [
                    "text": "The old bridge was opened in 1923.", "quote": "the old bridge was opened in 1923",
                    "type": "event", "check_worthiness": 0.9, "harm_if_false": "low",
                ]
            ]
        return [
            "decision": .string(decision), "reject_reason": decision == "reject" ? "no_claim" : .null,
            "claims": claims, "topic": "history", "language": "en", "confidence": 0.9, "instructions_in_post": false,
            "reasoning": "A date that can be looked up.",
        ]
    }
}
