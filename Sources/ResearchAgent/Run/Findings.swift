import JSONValue
import Texts

/// The model's findings with what stands in the sources, and nothing else.
package struct Findings: Sendable {
    struct Finding: Sendable {
        let claim: String
        var verdict: String
        var confidence: Double
        var summary: String
        /// Each with the source's own words.
        var evidence: [Evidence]
        var openQuestions: [String]
    }

    struct Evidence: Sendable, Hashable {
        let source: String
        let quote: String
        let stance: String
    }

    private(set) var all: [Finding]
    private(set) var suspected: [String]
    private(set) var reasoning: String
    /// Quotes that do not stand in the source they name.
    package private(set) var droppedQuotes = 0

    private static let quoteLimit = 400

    /// Reads an answer that fits `research.output`: one finding for each claim; quotes are looked for in the texts that
    /// were fetched, and those that are only nearly there are dropped.
    init(_ answer: JSON, _ notes: ResearchNotes) {
        let texts = Dictionary(uniqueKeysWithValues: notes.readSources.map { ($0.id, $0.text ?? "") })
        let normal = texts.mapValues { NormalizedText($0) }
        var byClaim: [String: Finding] = [:]
        var dropped = 0
        for json in answer["findings"]?.array ?? [] {
            guard let claim = json["claim_id"]?.string, byClaim[claim] == nil else { continue }
            var evidence: [Evidence] = []
            for item in (json["evidence"]?.array ?? []).prefix(6) {
                let id = item["source_id"]?.string ?? ""
                guard let stance = item["stance"]?.string, let quote = item["quote"]?.string, let text = texts[id],
                    let range = normal[id]?.range(ofQuote: quote)
                else {
                    dropped += 1
                    continue
                }
                evidence.append(Evidence(source: id, quote: Self.words(of: text, range, or: quote), stance: stance))
            }
            byClaim[claim] = Self.finding(claim, json, evidence)
        }
        all = notes.task.claims.map { byClaim[$0.id] ?? Self.unknown($0.id) }
        let ids = Set(notes.sources.map(\.id))
        suspected = (answer["instructions_in_sources"]?.array ?? []).compactMap(\.string).filter(ids.contains)
        reasoning = (answer["reasoning"]?.string ?? "").capped(1000)
        droppedQuotes = dropped
    }

    /// Nothing was read, so nothing is known.
    init(nothingReadFor notes: ResearchNotes) {
        all = notes.task.claims.map { Self.unknown($0.id) }
        suspected = []
        reasoning = "No page could be read."
    }

    /// Whether any claim is still without evidence.
    var isOpen: Bool { all.contains { $0.evidence.isEmpty } }

    var openQuestions: [String] {
        all.filter(\.evidence.isEmpty).flatMap(\.openQuestions).prefix(6).map { PlainText.collapsed($0).capped(200) }
    }

    /// A later round's findings, except where an earlier one had more to show.
    func merging(earlier: Findings) -> Findings {
        var merged = self
        merged.all = zip(all, earlier.all).map { $0.evidence.count >= $1.evidence.count ? $0 : $1 }
        merged.suspected = earlier.suspected + suspected.filter { !earlier.suspected.contains($0) }
        merged.droppedQuotes += earlier.droppedQuotes
        return merged
    }

    /// Without a passage there is no verdict.
    private static func finding(_ claim: String, _ json: JSON, _ evidence: [Evidence]) -> Finding {
        let proposed = json["verdict"]?.string ?? "not_enough_evidence"
        return Finding(
            claim: claim, verdict: evidence.isEmpty ? "not_enough_evidence" : proposed,
            confidence: min(max(json["confidence"]?.double ?? 0, 0), 1),
            summary: HiddenCharacters.strip(json["summary"]?.string ?? "").text.capped(800), evidence: evidence,
            openQuestions: (json["open_questions"]?.array ?? []).compactMap(\.string).prefix(3).map { $0.capped(200) })
    }

    private static func unknown(_ claim: String) -> Finding {
        Finding(
            claim: claim, verdict: "not_enough_evidence", confidence: 0, summary: "Nothing was found about this claim.",
            evidence: [], openQuestions: [])
    }

    /// The source's own words, in one line; the model's when those would be too long.
    private static func words(of text: String, _ range: Range<Int>, or quote: String) -> String {
        let scalars = text.unicodeScalars
        let start = scalars.index(scalars.startIndex, offsetBy: range.lowerBound)
        let end = scalars.index(start, offsetBy: range.count)
        let own = PlainText.collapsed(String(scalars[start..<end]))
        return own.scalarCount <= quoteLimit ? own : PlainText.collapsed(quote).capped(quoteLimit)
    }
}
