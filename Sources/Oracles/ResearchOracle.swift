import JSONValue

/// Makes up sources about claims, and findings that rest on them: every quote stands in the text of its source.
enum ResearchOracle {
    static func output(_ input: StageInput, now: Timestamp) -> JSON {
        var claims = input.claims
        if claims.isEmpty { claims = [("c1", input.title)] }
        var sources: [JSON] = []
        var findings: [JSON] = []
        var queries: [JSON] = []
        for claim in claims {
            let verdict = verdict(claim.text)
            let pages = pages(claim.text, verdict, firstNumber: sources.count + 1)
            sources += pages.map { $0.source(retrieved: now) }
            findings.append(finding(claim.id, claim.text, verdict, pages))
            queries.append([
                "claim_id": .string(claim.id), "query": .string(query(claim.text)), "provider": "fake",
                "results": .int(Int64(pages.count)), "cached": false, "error": nil,
            ])
        }
        return [
            "queries": .array(queries), "sources": .array(sources), "findings": .array(findings),
            "instructions_in_sources": [], "reasoning": .string("\(sources.count) pages were read."),
        ]
    }

    /// Three quarters of all claims do not stand as they were made.
    static func verdict(_ claim: String) -> String {
        switch StableHash.percent("verdict", claim) {
        case 0..<42: "refuted"
        case 42..<62: "missing_context"
        case 62..<77: "outdated"
        case 77..<87: "supported"
        case 87..<95: "not_enough_evidence"
        default: "mixed"
        }
    }

    private static func finding(_ id: String, _ claim: String, _ verdict: String, _ pages: [SourcePage]) -> JSON {
        let isOpen = verdict == "not_enough_evidence"
        let confidence = isOpen ? 0.4 : 0.8 + Double(StableHash.percent("confidence", claim) % 18) / 100
        let evidence: [JSON] = pages.map { page in
            ["source_id": .string(page.id), "quote": .string(page.quote), "stance": .string(page.stance)]
        }
        return [
            "claim_id": .string(id), "verdict": .string(verdict),
            "confidence": .double((confidence * 100).rounded() / 100),
            "summary": .string(summary(verdict, pages)), "evidence": .array(isOpen ? [] : evidence),
            "open_questions": .array(isOpen ? ["Which record is the statement based on?"] : []),
        ]
    }

    private static func summary(_ verdict: String, _ pages: [SourcePage]) -> String {
        let said = pages.first?.quote ?? ""
        return switch verdict {
        case "refuted": "The sources say otherwise. \(said)"
        case "missing_context": "The statement leaves out what changes its meaning. \(said)"
        case "outdated": "The statement was right once. \(said)"
        case "supported": "The sources agree with it. \(said)"
        case "mixed": "The sources do not agree with each other. \(said)"
        default: "No source was found that settles it."
        }
    }

    /// Two sources of different domains, and a third for every third claim.
    private static func pages(_ claim: String, _ verdict: String, firstNumber: Int) -> [SourcePage] {
        let hash = StableHash.of("pages", claim)
        let count = 2 + (hash % 3 == 0 ? 1 : 0)
        return (0..<count).map { offset in
            SourcePage(
                number: firstNumber + offset, rank: offset + 1,
                site: SourceSite.all[Int((hash / 7 + UInt64(offset) * 3) % UInt64(SourceSite.all.count))],
                claim: claim, verdict: verdict, query: query(claim))
        }
    }

    private static func query(_ claim: String) -> String { Excerpt.plain(claim, scalars: 160) }
}
