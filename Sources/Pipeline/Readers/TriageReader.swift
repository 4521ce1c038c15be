import JSONValue
import Store
import Texts

/// Judges a model's triage: which claims stand in the post, and what the post tries.
struct TriageReader {
    private let reading: Reading
    private let submission: Submission
    private let text: PostText
    private let title: NormalizedText
    private let body: NormalizedText

    init(_ reading: Reading) {
        self.reading = reading
        submission = reading.work.submission
        text = PostText(submission, limit: reading.settings.thresholds.postCharacters)
        title = NormalizedText(submission.title)
        body = NormalizedText(submission.body)
    }

    func read(_ output: JSON) throws(ShapeError) -> TriageResult {
        let member = try Members(output)
        let proposed: [JSON] = try member("claims")
        let claims = try verified(proposed)
        let modelSaw: Bool = try member("instructions_in_post")
        var result = TriageResult(
            postID: reading.postID, run: reading.run, decision: try member("decision"),
            rejectReason: try member("reject_reason"), claims: claims, topic: try member("topic"),
            language: try member("language"), confidence: try member("confidence"),
            priority: min(max(reading.work.priority, 0), 1000),
            flags: flags(isQuoteMissing: claims.count < proposed.count, modelSaw: modelSaw),
            reasoning: try member("reasoning"))
        lower(&result)
        return result
    }

    /// Claims whose quote stands in the title or body, numbered.
    private func verified(_ proposed: [JSON]) throws(ShapeError) -> [Claim] {
        var claims: [Claim] = []
        for json in proposed {
            let member = try Members(json)
            let quote: String = try member("quote")
            guard let place = place(of: quote) else { continue }
            let text: String = try member("text")
            claims.append(
                Claim(
                    id: "c\(claims.count + 1)", text: HiddenCharacters.strip(text).text,
                    quote: HiddenCharacters.strip(quote).text, field: place.field, start: place.range.lowerBound,
                    end: place.range.upperBound, isQuoteVerified: true, type: try member("type"),
                    checkWorthiness: try member("check_worthiness"), harmIfFalse: try member("harm_if_false"),
                    fingerprint: TextHash.of(NormalizedText(text).text)))
        }
        return claims
    }

    private func place(of quote: String) -> (field: Claim.Field, range: Range<Int>)? {
        let wanted = NormalizedText(quote)
        if let range = title.firstRange(of: wanted) { return (.title, range) }
        if let range = body.firstRange(of: wanted) { return (.body, range) }
        return nil
    }

    private func flags(isQuoteMissing: Bool, modelSaw: Bool) -> [TriageResult.Flag] {
        let known: [(TriageResult.Flag, Bool)] = [
            (.instructionsInPost, modelSaw || hasInstructions), (.hiddenCharactersRemoved, text.hiddenCharacters > 0),
            (.truncated, text.isTruncated), (.quoteMissing, isQuoteMissing),
            (.deletedAuthor, submission.author == nil), (.over18, isSet("over_18")), (.locked, isSet("locked")),
            (.archived, isSet("archived")), (.removed, submission.extra["removed_by_category"]?.string != nil),
        ]
        return known.filter(\.1).map(\.0)
    }

    private var hasInstructions: Bool {
        InstructionPhrases.occur(in: submission.title) || InstructionPhrases.occur(in: submission.body)
    }

    private func isSet(_ key: String) -> Bool { submission.extra[key]?.bool ?? false }

    /// A post without a worthy claim is rejected; one that speaks to models goes to a person. A rejection stays one: it
    /// does what such a post could at worst achieve by being ignored.
    private func lower(_ result: inout TriageResult) {
        guard result.decision == .research else { return }
        result.rejectReason = nil
        if result.claimsToCheck(reading.settings).isEmpty {
            result.decision = .reject
            result.rejectReason = result.flags.contains(.quoteMissing) ? "quote_missing" : "low_impact"
        } else if result.flags.contains(.instructionsInPost) {
            result.decision = .needsHuman
        }
    }
}
