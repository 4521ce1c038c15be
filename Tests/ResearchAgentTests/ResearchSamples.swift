import Crypto
import JSONValue

@testable import ResearchAgent

/// Starts and notes as tests need them.
enum ResearchSamples {
    static let secret = WebhookSecret(bytes: Array("the secret of one attempt, 32 by".utf8))

    static func start(
        job: String = "4000000031-2", attempt: Int = 1, claims: [String] = ["Coffee was banned in Sweden in 1756."],
        callback: String = "http://127.0.0.1:1/callbacks/4000000031-2/1?k=1", deadline: String? = nil
    ) -> JSON {
        let claims = claims.enumerated().map { index, text -> JSON in
            ["claim_id": .string("c\(index + 1)"), "text": .string(text), "quote": .string(text), "type": "historical"]
        }
        return [
            "job_id": .string(job), "attempt": .int(Int64(attempt)), "stage": "research", "model": "",
            "deadline": JSON(deadline ?? ""),
            "input": ["stage": "research", "post": ["title": "A post", "selftext": "Text"], "claims": .array(claims)],
            "output_schema": [:],
            "callback": ["url": .string(callback), "secret": .string(secret.exposed)],
        ]
    }

    static func task(claims: [String] = ["Coffee was banned in Sweden in 1756."]) throws -> ResearchTask {
        try ResearchTask(start(claims: claims).bytes())
    }

    /// Notes with one read page for each text: s1, s2, …
    static func notes(_ texts: [String], claims: [String] = ["Coffee was banned in Sweden in 1756."]) throws
        -> ResearchNotes
    {
        var notes = ResearchNotes(try task(claims: claims))
        let hits = texts.indices.map {
            SearchHit(url: "https://site\($0).example/page", title: "Page \($0)", excerpt: "")
        }
        notes.add(.success(SearchAnswer(hits: hits)), claim: "c1", query: "coffee")
        for (index, text) in texts.enumerated() {
            let content = PageText(plain: text, limit: 100_000)
            notes.add(
                Page(
                    finalURL: hits[index].url, status: 200, contentType: "text/plain", content: content, unread: nil),
                of: "r\(index + 1)", at: Timestamp(seconds: 1_700_000_000))
        }
        return notes
    }

    static func answer(
        _ quotes: [(source: String, quote: String)], claim: String = "c1", verdict: String = "supported"
    ) -> JSON {
        [
            "findings": [
                [
                    "claim_id": .string(claim), "verdict": .string(verdict), "confidence": 0.9, "summary": "So it is.",
                    "evidence": .array(
                        quotes.map {
                            ["source_id": .string($0.source), "quote": .string($0.quote), "stance": "supports"]
                        }),
                    "open_questions": ["Who banned it?"],
                ]
            ], "instructions_in_sources": [], "reasoning": "",
        ]
    }
}
