import Engine
import JSONValue
import Pipeline
import Store

/// The answer of one job, with rows of the size that real ones have.
struct MockAnswer {
    let job: JobRow
    let source: JobSource

    var completion: Completion {
        let result = result
        let row = ResultRow(
            post: job.key.post, stage: source.stage.rawValue, result: result, hash: TextHash.of(result.canonicalText),
            attempt: attempt)
        return Completion(facts: facts, extras: Extras(results: [row], comments: comments, costs: costs))
    }

    private var attempt: String { "\(job.key)/\(job.attempt)" }

    private var facts: JSONObject {
        switch source {
        case .triage:
            ["decision": "research", "reason": "", "claims": 2, "confidence": 0.92, "flagged": false]
        case .research: ["outcome": "reply_worthy", "findings": 2, "verified": 2, "confidence": 0.91]
        case .response:
            ["action": "reply", "reason": "", "draft_sha256": .string(hash), "violations": 0, "confidence": 0.88]
        case .editorial: ["decision": "approve", "rendered_sha256": .string(hash), "confidence": 0.9]
        case .comment: ["outcome": "posted", "mode": "dry_run", "comment_id": ""]
        case .reconcile: ["found": true, "comment_id": ""]
        case .engagement: ["score": 3, "replies": 1, "removed": "no", "visible": true]
        }
    }

    private var hash: String { "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08" }

    /// About 800 bytes.
    private var result: JSON {
        [
            "schema": "Bench/1", "post_id": .int(job.key.post.rawValue),
            "run": [
                "job": .string(job.key.description), "attempt": .int(Int64(job.attempt)),
                "stage": .string(source.stage.rawValue), "endpoint": .string(job.endpoint ?? ""), "model": "mock",
                "input_hash": .string(hash), "finish_reason": "stop",
            ],
            "items": [
                ["id": "c1", "quote": .string(Self.quote), "confidence": 0.91, "source": "https://example.org/a"],
                ["id": "c2", "quote": .string(Self.quote), "confidence": 0.83, "source": "https://example.org/b"],
            ],
            "confidence": 0.9, "reasoning": .string(Self.quote),
        ]
    }

    private static let quote =
        "The bridge was opened in 1932, not in 1923, as the city's own archive and two newspapers of that year say."

    private var costs: [CostRow] {
        guard source.performer == .endpoint else { return [] }
        return [
            CostRow(
                post: job.key.post, stage: source.stage.rawValue, attempt: attempt, endpoint: job.endpoint ?? "",
                model: "mock", inputTokens: 1200, outputTokens: 300, microdollars: 900)
        ]
    }

    private var comments: [CommentRow] {
        guard source == .comment else { return [] }
        return [
            CommentRow(
                account: job.endpoint ?? "", post: job.key.post, state: .posted, attempt: attempt,
                mark: CommentMark(post: job.key.post.rawValue).mark, bodyHash: job.input["sha256"]?.string ?? "")
        ]
    }
}
