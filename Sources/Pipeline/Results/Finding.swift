import JSONValue

/// What research found about one claim.
package struct Finding: Sendable, Hashable {
    package enum Verdict: String, Sendable, Hashable, CaseIterable, JSONMappable {
        case supported, refuted, mixed
        case missingContext = "missing_context"
        case outdated
        case notEnoughEvidence = "not_enough_evidence"

        /// Whether a reader of the post is better off with a reply.
        package var deservesReply: Bool { [.refuted, .missingContext, .outdated].contains(self) }
    }

    package struct Evidence: Sendable, Hashable {
        package var sourceID: String
        package var quote: String
        package var stance: String
        package var isQuoteVerified: Bool
        /// Place of the quote in the source's text, in Unicode scalars.
        package var start: Int?
    }

    package var claimID: String
    package var verdict: Verdict
    package var modelVerdict: Verdict
    package var confidence: Double
    package var summary: String
    package var evidence: [Evidence]
    package var independentDomains: Int
    package var openQuestions: [String]

    /// What later stages are told of it.
    var input: JSON {
        [
            "claim_id": claimID.json, "verdict": verdict.json, "confidence": confidence.json, "summary": summary.json,
            "evidence": .array(
                evidence.map { ["source_id": $0.sourceID.json, "quote": $0.quote.json, "stance": $0.stance.json] }),
            "open_questions": openQuestions.json,
        ]
    }
}

extension Finding: JSONMappable {
    package init(json: JSON) throws(ShapeError) {
        let member = try Members(json)
        claimID = try member("claim_id")
        verdict = try member("verdict")
        modelVerdict = try member("verdict_by_model")
        confidence = try member("confidence")
        summary = try member("summary")
        evidence = try member("evidence")
        independentDomains = try member("independent_domains")
        openQuestions = try member("open_questions")
    }

    package var json: JSON {
        [
            "claim_id": claimID.json, "verdict": verdict.json, "verdict_by_model": modelVerdict.json,
            "confidence": confidence.json, "summary": summary.json, "evidence": evidence.json,
            "independent_domains": independentDomains.json, "open_questions": openQuestions.json,
        ]
    }
}

extension Finding.Evidence: JSONMappable {
    package init(json: JSON) throws(ShapeError) {
        let member = try Members(json)
        sourceID = try member("source_id")
        quote = try member("quote")
        stance = try member("stance")
        isQuoteVerified = try member("quote_verified")
        start = try member("start")
    }

    package var json: JSON {
        [
            "source_id": sourceID.json, "quote": quote.json, "stance": stance.json,
            "quote_verified": isQuoteVerified.json, "start": start.json,
        ]
    }
}
