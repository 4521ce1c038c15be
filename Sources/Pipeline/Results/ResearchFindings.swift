import JSONValue

/// What research found about a post's claims, as `queue_results` holds it.
package struct ResearchFindings: Sendable, Hashable {
    package enum Outcome: String, Sendable, Hashable, JSONMappable {
        case replyWorthy = "reply_worthy"
        case allSupported = "all_supported"
        case notEnoughEvidence = "not_enough_evidence"
        case searchFailed = "search_failed"
    }

    package var postID: Int
    package var run: JSON
    /// The agent's queries as they came, checked against the schema only.
    package var queries: [JSON]
    package var sources: [ResearchSource]
    package var findings: [Finding]
    package var outcome: Outcome
    package var flags: [String]
    package var reasoning: String

    package func source(_ id: String) -> ResearchSource? { sources.first { $0.id == id } }

    /// Ids of sources from which a quote was found word for word.
    package var quotedSources: Set<String> {
        Set(findings.flatMap(\.evidence).filter(\.isQuoteVerified).map(\.sourceID))
    }

    package var facts: JSONObject {
        let verified = findings.filter { $0.evidence.contains(where: \.isQuoteVerified) }
        let decisive = outcome == .replyWorthy ? findings.filter(\.verdict.deservesReply) : verified
        return [
            "outcome": outcome.json, "findings": findings.count.json, "verified": verified.count.json,
            "confidence": (decisive.map(\.confidence).max() ?? 0).json,
        ]
    }
}

extension ResearchFindings: JSONMappable {
    package init(json: JSON) throws(ShapeError) {
        let member = try Members(json)
        postID = try member("post_id")
        run = try member("run")
        queries = try member("queries")
        sources = try member("sources")
        findings = try member("findings")
        outcome = try member("outcome")
        flags = try member("flags")
        reasoning = try member("reasoning")
    }

    package var json: JSON {
        [
            "schema": "ResearchFindings/1", "post_id": postID.json, "run": run, "queries": queries.json,
            "sources": sources.json, "findings": findings.json, "outcome": outcome.json, "flags": flags.json,
            "reasoning": reasoning.json,
        ]
    }
}
