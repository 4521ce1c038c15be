import Engine
import JSONValue
import Store

/// One attempt of a job, as endpoints know it.
struct AttemptKey: Hashable, Sendable, CustomStringConvertible {
    let job: JobKey
    let attempt: Int
    var description: String { "\(job)/\(attempt)" }
}

/// The far side of the jobs: what each endpoint has taken on, and what it answered.
struct Agents {
    /// What an endpoint that knows idempotency keys says when the same attempt comes again.
    var answers: [AttemptKey: PerformOutcome] = [:]
    /// How often each attempt was begun, as the performers were asked.
    var starts: [AttemptKey: Int] = [:]

    /// What an endpoint does with a job that reaches it.
    enum Behaviour: Int {
        case answers, fails, callsBack, callsBackEarly, callsBackLate, losesCallback, faults, unreachable
        case takesAndFaults, staysSilent
    }

    static func behaviour(_ dice: inout Dice, isHealed: Bool) -> Behaviour {
        let weights = isHealed ? [40, 8, 50, 2, 0, 0, 0, 0, 0, 0] : [26, 10, 24, 6, 7, 5, 8, 4, 5, 5]
        return Behaviour(rawValue: dice.weighted(weights)) ?? .answers
    }

    /// What a source's work comes to: mostly what takes the post on.
    static func facts(of source: String, _ dice: inout Dice) -> JSONObject {
        switch source {
        case "triage":
            return [
                "decision": .string(["research", "needs_human", "reject"][dice.weighted([75, 15, 10])]),
                "reason": "", "claims": .int(Int64(dice.below(4))), "confidence": 0.9, "flagged": false,
            ]
        case "research":
            let outcome = ["reply_worthy", "search_failed", "all_supported"][dice.weighted([75, 15, 10])]
            return ["outcome": .string(outcome), "findings": 1, "verified": 1, "confidence": 0.9]
        case "response":
            return [
                "action": .string(dice.chance(90) ? "reply" : "no_reply"), "reason": "", "draft_sha256": "d",
                "violations": .int(dice.chance(15) ? 1 : 0), "confidence": 0.9,
            ]
        case "editorial":
            let decision = ["approve", "revise", "needs_human", "reject"][dice.weighted([70, 12, 10, 8])]
            return ["decision": .string(decision), "rendered_sha256": "h", "confidence": 0.9]
        case "engagement":
            return ["score": 1, "replies": 0, "removed": "no", "visible": true]
        default: return [:]
        }
    }

    /// What an attempt costs at most, in microdollars: what a budget reserves for it.
    static let highestCost: Int64 = 1_000

    /// What takes a post on, whatever its source.
    static func goodFacts(of source: String) -> JSONObject {
        switch source {
        case "triage": ["decision": "research", "reason": "", "claims": 1, "confidence": 0.9, "flagged": false]
        case "research": ["outcome": "reply_worthy", "findings": 1, "verified": 1, "confidence": 0.9]
        case "response":
            ["action": "reply", "reason": "", "draft_sha256": "d", "violations": 0, "confidence": 0.9]
        case "editorial": ["decision": "approve", "rendered_sha256": "h", "confidence": 0.9]
        default: ["score": 1, "replies": 0, "removed": "no", "visible": true]
        }
    }

    static func completion(of job: JobRow, facts: JSONObject, microdollars: Int64) -> Completion {
        let attempt = "\(job.key)/\(job.attempt)"
        let result = ResultRow(
            post: job.key.post, stage: job.stage, result: .object(facts), hash: "hash", attempt: attempt)
        let cost = CostRow(
            post: job.key.post, stage: job.stage, attempt: attempt, endpoint: job.endpoint ?? "", model: "m",
            inputTokens: 1, outputTokens: 1, microdollars: microdollars)
        return Completion(facts: facts, extras: Extras(results: [result], costs: [cost]))
    }

    static let failures = [
        JobFailure(code: "refused", message: "not this one", isRetryable: false),
        JobFailure(code: "hiccup", message: "try again", isRetryable: true),
        JobFailure(code: "busy", message: "later", isRetryable: true, retryAfter: .seconds(2)),
    ]
}
