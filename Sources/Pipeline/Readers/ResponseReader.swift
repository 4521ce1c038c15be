import JSONValue
import Texts

/// Judges a drafted reply: what it cites, and what it must not have.
struct ResponseReader {
    private let reading: Reading
    private let research: ResearchFindings?

    init(_ reading: Reading) {
        self.reading = reading
        research = reading.work.earlier.research
    }

    func read(_ output: JSON) throws(ShapeError) -> DraftResponse {
        let member = try Members(output)
        let proposed: DraftResponse.Action = try member("action")
        let reason: String? = try member("no_reply_reason")
        let addressed: [String] = try member("claims_addressed")
        let confidence: Double = try member("confidence")
        let reasoning: String = try member("reasoning")
        let isDue = research?.outcome == .replyWorthy
        guard proposed == .reply, isDue else {
            return silent(proposed == .reply ? "not_reply_worthy" : reason ?? "other", confidence, reasoning)
        }
        let raw: String = try member("body_markdown")
        let known = Set(research?.findings.map(\.claimID) ?? [])
        var draft = silent(nil, confidence, reasoning)
        draft.action = .reply
        draft.body = HiddenCharacters.strip(raw).text
        draft.claimsAddressed = addressed.filter(known.contains)
        draft.citations = citations(draft.body, draft.claimsAddressed)
        draft.violations = BodyViolation.all(
            in: raw, quoted: research?.quotedSources ?? [], limit: reading.settings.thresholds.replyCharacters)
        return draft
    }

    private func silent(_ reason: String?, _ confidence: Double, _ reasoning: String) -> DraftResponse {
        DraftResponse(
            postID: reading.postID, run: reading.run, action: .noReply, noReplyReason: reason, body: "",
            claimsAddressed: [], citations: [], violations: [], confidence: confidence, reasoning: reasoning)
    }

    private func citations(_ body: String, _ addressed: [String]) -> [DraftResponse.Citation] {
        let quoted = research?.quotedSources ?? []
        return Citations.ids(in: body).prefix(Citations.limit).map { id in
            let claims = (research?.findings ?? []).filter { $0.evidence.contains { $0.sourceID == id } }.map(\.claimID)
            return DraftResponse.Citation(
                marker: "[\(id)]", sourceID: id, claimID: claims.first(where: addressed.contains) ?? claims.first ?? "",
                isKnown: research?.source(id) != nil, hasVerifiedQuote: quoted.contains(id))
        }
    }
}
