import JSONValue

/// Drafts a reply from findings; each of its sentences cites a source.
enum ResponseOracle {
    static let replyWorthy: Set<String> = ["refuted", "missing_context", "outdated"]
    private static let leastConfidence = 0.75
    private static let maximumClaims = 2

    private struct Point {
        let claim: String
        let verdict: String
        let confidence: Double
        let subject: String
        /// Ids of known sources, with what they say.
        let quotes: [(source: String, text: String)]
    }

    static func output(_ input: StageInput) -> JSON {
        let points = points(input)
        guard !points.isEmpty else { return silence(input) }
        let isSentBack = input.document["notes"]?.array?.isEmpty == false
        let sentences = points.flatMap { text($0, isMilder: isSentBack) }
        let cited = points.flatMap { $0.quotes.map(\.source) }
        let confidence = points.map(\.confidence).min() ?? leastConfidence
        return [
            "action": "reply", "no_reply_reason": nil, "body_markdown": .string(sentences.joined(separator: " ")),
            "claims_addressed": .array(points.map { .string($0.claim) }),
            "sources_cited": .array(unique(cited).map { .string($0) }), "confidence": .double(confidence),
            "reasoning": .string("\(points.count) claims do not stand as they were made."),
        ]
    }

    private static func silence(_ input: StageInput) -> JSON {
        let verdicts = (input.document["findings"]?.array ?? []).compactMap { $0["verdict"]?.string }
        let isSupported = !verdicts.isEmpty && verdicts.allSatisfy { $0 == "supported" }
        return [
            "action": "no_reply", "no_reply_reason": isSupported ? "claims_supported" : "not_enough_evidence",
            "body_markdown": "", "claims_addressed": [], "sources_cited": [], "confidence": 0.8,
            "reasoning": "Nothing that a reply could put right.",
        ]
    }

    private static func points(_ input: StageInput) -> [Point] {
        let known = Set((input.document["sources"]?.array ?? []).compactMap { $0["source_id"]?.string })
        let claims = Dictionary(input.claims.map { ($0.id, $0.text) }, uniquingKeysWith: { first, _ in first })
        return (input.document["findings"]?.array ?? []).compactMap { finding -> Point? in
            guard let claim = finding["claim_id"]?.string, let verdict = finding["verdict"]?.string,
                replyWorthy.contains(verdict), let confidence = finding["confidence"]?.double,
                confidence >= leastConfidence
            else { return nil }
            let quotes = (finding["evidence"]?.array ?? []).compactMap { evidence -> (source: String, text: String)? in
                guard let source = evidence["source_id"]?.string, known.isEmpty || known.contains(source),
                    evidence["quote_verified"]?.bool != false, let quote = evidence["quote"]?.string
                else { return nil }
                return (source, quote)
            }
            guard !quotes.isEmpty else { return nil }
            let subject = Excerpt.plain(claims[claim] ?? input.title, scalars: 120)
            return Point(
                claim: claim, verdict: verdict, confidence: confidence, subject: subject,
                quotes: Array(quotes.prefix(2)))
        }.prefix(maximumClaims).map { $0 }
    }

    /// A draft that was sent back comes again in milder words.
    private static func text(_ point: Point, isMilder: Bool) -> [String] {
        let marks = unique(point.quotes.map(\.source)).map { "[\($0)]" }.joined()
        let begin = isMilder ? "As far as I can see from the sources" : "As far as the sources show"
        let lead =
            switch point.verdict {
            case "refuted": "\(begin), this is not right: “\(point.subject)” \(marks)."
            case "outdated": "\(begin), this rests on older figures: “\(point.subject)” \(marks)."
            default: "\(begin), something is missing here: “\(point.subject)” \(marks)."
            }
        let rest = point.quotes.prefix(2).map {
            "A source puts it so: “\(Excerpt.plain($0.text, scalars: 200))” [\($0.source)]."
        }
        return [lead] + rest
    }

    private static func unique(_ ids: [String]) -> [String] {
        var seen: Set<String> = []
        return ids.filter { seen.insert($0).inserted }
    }
}
