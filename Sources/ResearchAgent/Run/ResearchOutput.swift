import Crypto
import JSONValue
import Texts

/// What goes out as a job's output: `schemas/research.agent.output.schema.json`.
enum ResearchOutput {
    /// Callbacks may have a mebibyte; this leaves room for all that stands around the texts.
    static let textBytes = 600_000

    static func json(_ notes: ResearchNotes, _ findings: Findings, provider: String) -> JSON {
        let texts = texts(notes, findings)
        return [
            "findings": .array(findings.all.map(finding)),
            "instructions_in_sources": .array(suspects(notes, findings).prefix(10).map { .string($0) }),
            "reasoning": .string(findings.reasoning),
            "sources": .array(notes.sources.map { source($0, texts[$0.id], findings) }),
            "queries": .array(
                notes.queries.prefix(20).map {
                    [
                        "claim_id": .string($0.claim), "query": .string($0.text), "provider": .string(provider),
                        "results": .int(Int64($0.results)), "cached": false, "error": JSON($0.error),
                    ]
                }),
        ]
    }

    private static func suspects(_ notes: ResearchNotes, _ findings: Findings) -> [String] {
        notes.sources.map(\.id).filter { id in
            findings.suspected.contains(id) || notes.sources.contains { $0.id == id && $0.isSuspect }
        }
    }

    private static func finding(_ finding: Findings.Finding) -> JSON {
        [
            "claim_id": .string(finding.claim), "verdict": .string(finding.verdict),
            "confidence": .double(finding.confidence), "summary": .string(finding.summary),
            "evidence": .array(
                finding.evidence.map {
                    ["source_id": .string($0.source), "quote": .string($0.quote), "stance": .string($0.stance)]
                }), "open_questions": .array(finding.openQuestions.map { .string($0) }),
        ]
    }

    private static func source(_ source: ResearchNotes.Source, _ text: String?, _ findings: Findings) -> JSON {
        let content = source.page.content
        let domain = WebAddress(source.page.finalURL ?? source.hit.hit.url)?.domain ?? source.hit.domain
        return [
            "source_id": .string(source.id), "query": .string(source.hit.query), "rank": .int(Int64(source.hit.rank)),
            "url": .string(source.hit.hit.url), "final_url": JSON(source.page.finalURL),
            "domain": .string(domain),
            "title": .string(source.title.capped(300)), "publisher": JSON(content?.publisher),
            "published_at": JSON(content?.publishedAt ?? source.hit.hit.publishedAt),
            "retrieved_at": .string(source.retrievedAt.description), "http_status": JSON(source.page.status),
            "content_type": JSON(source.page.contentType),
            "content_sha256": JSON((content?.text).map { Digest.sha256Hex($0) }), "text_ref": nil,
            "text_chars": JSON((content?.text).map(\.scalarCount)), "snippet_only": .bool(content == nil),
            "tier": .string(SourceTier.of(domain)),
            "injection_suspected": .bool(source.isSuspect || findings.suspected.contains(source.id)),
            "text": JSON(text),
        ]
    }

    /// The texts that quotes are verified in: of sources that are quoted, whole as long as all of them fit, else the
    /// parts around the quotes.
    private static func texts(_ notes: ResearchNotes, _ findings: Findings) -> [String: String] {
        let evidence = findings.all.flatMap(\.evidence)
        let quoted = Set(evidence.map(\.source))
        var texts: [String: String] = [:]
        for source in notes.readSources where quoted.contains(source.id) { texts[source.id] = source.text }
        guard size(texts) > textBytes else { return texts }
        for (id, text) in texts {
            texts[id] = excerpts(of: text, quotes: evidence.filter { $0.source == id }.map(\.quote))
        }
        return texts
    }

    /// As JSON, where a character may be longer than in the text.
    private static func size(_ texts: [String: String]) -> Int {
        texts.values.reduce(0) { $0 + JSON.string($1).bytes().count }
    }

    private static func excerpts(of text: String, quotes: [String]) -> String {
        let normal = NormalizedText(text)
        let scalars = Array(text.unicodeScalars)
        let parts = quotes.compactMap { normal.range(ofQuote: $0) }.map { range in
            let start = max(0, range.lowerBound - 500)
            let end = min(scalars.count, range.upperBound + 500)
            return String(String.UnicodeScalarView(scalars[start..<end]))
        }
        return parts.joined(separator: "\n[…]\n")
    }
}
