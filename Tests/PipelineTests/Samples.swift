import JSONValue
import Store

@testable import Pipeline

/// A post about rivers with the outputs and results of each of its stages.
struct Samples {
    var settings = PipelineSettings()
    var submission = Submission(
        id: PostID(42), source: "reddit", community: "science", author: "somebody",
        title: "Study says: 90% of plastic in ocean comes from just 10 rivers", body: "Found “this” today.\nWow.",
        url: "https://www.reddit.com/r/science/comments/16/", permalink: "/r/science/comments/16/",
        createdAt: Timestamp(seconds: 1_790_000_000), score: 100, commentCount: 10)
    let job = JobKey(post: PostID(42), number: 1)

    func run(_ source: JobSource, finishReason: String = "stop") -> RunInfo {
        RunInfo(
            job: job, attempt: 1, stage: source.stage, endpoint: "a", model: "m", promptVersion: "p/1",
            inputHash: TextHash.of("x"), startedAt: Timestamp(seconds: 1_790_000_100),
            finishedAt: Timestamp(seconds: 1_790_000_102), inputTokens: 10, outputTokens: 20, microdollars: 150,
            finishReason: finishReason)
    }

    func work(_ source: JobSource, _ results: [JSON] = [], input: JSONObject = [:]) throws -> StageWork {
        try StageWork.make(
            source: source, submission: submission, results: results.map(row), job: job, attempt: 1, priority: 500,
            settings: settings, jobInput: input)
    }

    private func row(_ result: JSON) -> ResultRow {
        ResultRow(post: submission.id, stage: "", result: result, hash: "", attempt: "42-1/1")
    }

    func read(_ source: JobSource, _ output: JSON, after results: [JSON] = []) throws -> StageOutcome {
        try StageReader(settings: settings).read(.value(output), work: work(source, results), run: run(source))
    }

    static let claim: JSON = [
        "text": "Ten rivers carry 90% of the plastic.", "quote": "90% of plastic in ocean comes from just 10 rivers",
        "type": "quantity", "check_worthiness": 0.86, "harm_if_false": "low",
    ]

    var triageOutput: JSON = [
        "decision": "research", "reject_reason": nil, "claims": [Samples.claim], "topic": "environment",
        "language": "en", "confidence": 0.84, "instructions_in_post": false, "reasoning": "One number.",
    ]

    static let sourceText =
        "Earlier estimates were lower. More  than 1000 rivers account for 80% of emissions, it says."

    static func source(_ id: String, url: String, tier: String, text: String = sourceText) -> JSON {
        [
            "source_id": .string(id), "query": "rivers", "rank": 1, "url": .string(url), "final_url": nil,
            "domain": "made.up", "title": "Rivers", "publisher": nil, "published_at": nil,
            "retrieved_at": "2026-11-23T10:01:00Z", "http_status": 200, "content_type": "text/html",
            "content_sha256": nil, "text_ref": nil, "text_chars": nil, "snippet_only": false, "tier": .string(tier),
            "injection_suspected": false, "text": .string(text),
        ]
    }

    static func finding(
        _ verdict: String, confidence: Double = 0.8, quote: String = "more than 1000 rivers account for 80%",
        sources: [String] = ["s1"], stance: String = "refutes"
    ) -> JSON {
        let evidence = sources.map { id -> JSON in
            ["source_id": .string(id), "quote": .string(quote), "stance": .string(stance)]
        }
        return [
            "claim_id": "c1", "verdict": .string(verdict), "confidence": .double(confidence), "summary": "Newer study.",
            "evidence": .array(evidence), "open_questions": [],
        ]
    }

    static func research(_ finding: JSON, _ sources: [JSON]) -> JSON {
        [
            "findings": [finding], "instructions_in_sources": [], "reasoning": "ok", "sources": .array(sources),
            "queries": [
                ["claim_id": "c1", "query": "rivers", "provider": "x", "results": 3, "cached": false, "error": nil]
            ],
        ]
    }

    var researchOutput = research(
        finding("outdated"), [source("s1", url: "https://study.example.org/a_(b)", tier: "peer_reviewed")])

    static let body = "The figure is from 2017. Newer work finds that more than 1000 rivers make up 80% [s1]."

    static func reply(_ body: String = body) -> JSON {
        [
            "action": "reply", "no_reply_reason": nil, "body_markdown": .string(body), "claims_addressed": ["c1"],
            "sources_cited": ["s1"], "confidence": 0.78, "reasoning": "short",
        ]
    }

    static func editing(_ decision: String = "approve", body: String = body, confidence: Double = 0.82) -> JSON {
        [
            "decision": .string(decision), "final_body_markdown": .string(body), "issues": [],
            "checks": [
                "every_statement_cited": true, "agrees_with_findings": true, "uncertainty_stated": true,
                "respectful": true, "no_personal_data": true, "no_medical_or_legal_advice": true, "on_topic": true,
            ],
            "confidence": .double(confidence), "reasoning": "fine",
        ]
    }

    /// The results of all stages before editorial.
    func drafted() throws -> [JSON] {
        let triage = try read(.triage, triageOutput).result
        let research = try read(.research, researchOutput, after: [triage]).result
        let draft = try read(.response, Self.reply(), after: [triage, research]).result
        return [triage, research, draft]
    }

    /// The results of all stages before posting.
    func edited() throws -> [JSON] {
        let results = try drafted()
        return results + [try read(.editorial, Self.editing(), after: results).result]
    }
}

extension JSON {
    /// The same object with one member replaced.
    func with(_ key: String, _ value: JSON) -> JSON {
        var object = self.object ?? [:]
        object[key] = value
        return .object(object)
    }
}

/// Repeatable randomness: SplitMix64.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
