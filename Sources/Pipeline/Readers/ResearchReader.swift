import JSONValue
import Texts

/// Judges an agent's research: which quotes stand in their sources, and whether that is enough for a reply.
struct ResearchReader {
    private let reading: Reading
    private let claims: [Claim]

    init(_ reading: Reading) {
        self.reading = reading
        claims = reading.work.earlier.triage.map { InputBuilder.claims(of: $0, reading.settings) } ?? []
    }

    func read(_ output: JSON) throws(ShapeError) -> ResearchFindings {
        let member = try Members(output)
        let shelf = try SourceShelf(
            try member("sources"), suspected: try member("instructions_in_sources"),
            blocked: reading.settings.blockedDomains)
        let queries: [JSON] = try member("queries")
        let findings = try findings(try member("findings"), shelf)
        return ResearchFindings(
            postID: reading.postID, run: reading.run, queries: queries, sources: shelf.sources, findings: findings,
            outcome: outcome(findings, shelf, queries), flags: shelf.flags, reasoning: try member("reasoning"))
    }

    /// One finding for each claim that was asked about: others are dropped, missing ones are filled in as unknown.
    private func findings(_ proposed: [JSON], _ shelf: SourceShelf) throws(ShapeError) -> [Finding] {
        var byClaim: [String: Finding] = [:]
        for json in proposed {
            let finding = try finding(json, shelf)
            if byClaim[finding.claimID] == nil { byClaim[finding.claimID] = finding }
        }
        return claims.map { byClaim[$0.id] ?? Self.unknown($0.id) }
    }

    private func finding(_ json: JSON, _ shelf: SourceShelf) throws(ShapeError) -> Finding {
        let member = try Members(json)
        let proposed: Finding.Verdict = try member("verdict")
        let evidence = try evidence(try member("evidence"), shelf)
        let owners = Set(evidence.compactMap { shelf.reliableOwner(of: $0.sourceID) })
        return Finding(
            claimID: try member("claim_id"), verdict: Self.verdict(proposed, evidence), modelVerdict: proposed,
            confidence: try member("confidence"), summary: try member("summary"), evidence: evidence,
            independentDomains: owners.count, openQuestions: try member("open_questions"))
    }

    private func evidence(_ proposed: [JSON], _ shelf: SourceShelf) throws(ShapeError) -> [Finding.Evidence] {
        var found: [Finding.Evidence] = []
        for json in proposed {
            let member = try Members(json)
            let id: String = try member("source_id")
            let quote: String = try member("quote")
            guard let range = shelf.texts[id]?.range(ofQuote: quote) else { continue }
            found.append(
                Finding.Evidence(
                    sourceID: id, quote: HiddenCharacters.strip(quote).text, stance: try member("stance"),
                    isQuoteVerified: true, start: range.lowerBound))
        }
        return found
    }

    /// A verdict needs a verified quote that points its way; without one nothing is known.
    private static func verdict(_ proposed: Finding.Verdict, _ evidence: [Finding.Evidence]) -> Finding.Verdict {
        let stances = Set(evidence.map(\.stance))
        let isBacked =
            switch proposed {
            case .supported: stances.contains("supports")
            case .refuted: stances.contains("refutes") || stances.contains("context")
            default: !stances.isEmpty
            }
        return isBacked ? proposed : .notEnoughEvidence
    }

    private func outcome(
        _ findings: [Finding], _ shelf: SourceShelf, _ queries: [JSON]
    ) -> ResearchFindings.Outcome {
        if findings.contains(where: { isReplyWorthy($0, shelf) }) { return .replyWorthy }
        if !findings.isEmpty, findings.allSatisfy({ $0.verdict == .supported }) { return .allSupported }
        let hasAnswered = queries.contains { $0["error"]?.isNull ?? true }
        return shelf.sources.isEmpty && !hasAnswered ? .searchFailed : .notEnoughEvidence
    }

    private func isReplyWorthy(_ finding: Finding, _ shelf: SourceShelf) -> Bool {
        let thresholds = reading.settings.thresholds
        guard finding.verdict.deservesReply, finding.confidence >= thresholds.replyConfidence else { return false }
        return finding.independentDomains >= thresholds.independentDomains
            || finding.evidence.contains { shelf.isPrimary($0.sourceID) }
    }

    private static func unknown(_ claim: String) -> Finding {
        Finding(
            claimID: claim, verdict: .notEnoughEvidence, modelVerdict: .notEnoughEvidence, confidence: 0,
            summary: "Nothing was reported about this claim.", evidence: [], independentDomains: 0, openQuestions: [])
    }
}
