import HTTPServer
import JSONSchema
import JSONValue
import Testing
import Threads

@testable import ResearchAgent

@Suite(.timeLimit(.minutes(3))) struct EndToEndTests {
    private static let readable = TrapWeb.plain + TrapWeb.special
    private static let claims = (1...5).map { "Claim number \($0) about cases and censuses." }

    @Test func `of a web of traps only what was really read is quoted, and nothing private is fetched`() async throws {
        let secretHits = Shared(0)
        let secret = try HTTPServer { _ in
            secretHits.withLock { $0 += 1 }
            return .page("<p>A secret of the machine's own.</p>")
        }
        let web = try LocalWeb { TrapWeb.pages(port: $0, secretPort: secret.port) }
        let places = TrapWeb.special.map(\.place) + TrapWeb.traps + TrapWeb.plain.map(\.place)
        let urls = places.map { place in place.replacing("/", with: ":\(web.port)/", maxReplacements: 1) }.map {
            "http://\($0)"
        }
        let odd = [
            "http://site1.localhost:\(secret.port)/", "http://127.0.0.1:\(secret.port)/",
            "http://[::1]:\(secret.port)/",
            "http://2130706433:\(secret.port)/", "ftp://site1.localhost/", "http://user:word@site1.localhost/",
        ]
        let search = try FakeSearch(urls: odd + urls)
        let model = try FakeModel { Self.script($0) }
        let inbox = try CallbackInbox()
        let agent = try AgentUnderTest(model: model, search: search) { options in
            options.allowedHosts = Set((TrapWeb.hosts + ["target.localhost"]).map { "\($0):\(web.port)" })
            options.limits.pageBytes = 1_000_000
            options.limits.pageTime = .seconds(8)
        }
        let accepted = try await agent.start(ResearchSamples.start(claims: Self.claims, callback: inbox.url))
        #expect(accepted.status == 202)
        #expect(accepted.json["id"]?.string?.isEmpty == false)
        let end = try await inbox.end()
        #expect(end.type == "job.completed", "\(end.data.text.prefix(500))")
        let output = try #require(end.data["output"])

        #expect(secretHits.value == 0)
        #expect(Researcher.outputSchema.validate(output).isEmpty)
        try checkEvidence(output)
        checkSources(output)
        #expect(!web.requests.contains("rules.localhost/closed/page"))
        #expect(!web.requests.contains("down.localhost/page"))
        #expect(!web.requests.contains("later.localhost/b"))
        #expect(web.requests.count { $0 == "busy.localhost/robots.txt" } == 1)
        #expect(web.mostAtOnce == 1)
        #expect(inbox.deliveries.allSatisfy { $0.isTrusted })
        checkProgress(inbox)
        #expect(end.data["usage"]?["cost"]?["currency"]?.string == "USD")
        #expect(output["queries"]?.array?.count == 3)

        for close in [agent.close, model.close, search.close, inbox.close, web.close] { await close() }
        await secret.close()
    }

    /// Three searches, every page, then findings with true quotes, nearly true ones and ones of other sources.
    private static func script(_ question: FakeModel.Question) -> FakeModel.Answer {
        guard question.name == "research_evidence" else {
            let count = question.data["queries"]?.array?.count ?? 0
            return count < 3 ? FakeModel.search("query \(count)", claim: "c\(count + 1)") : FakeModel.plan(question)
        }
        let documents = question.data["documents"]?.array ?? []
        let known = documents.compactMap { document -> (source: String, quote: String)? in
            let text = document["text"]?.string ?? ""
            guard let page = readable.first(where: { text.contains($0.sentence) }) else { return nil }
            return (document["source_id"]?.string ?? "", page.sentence)
        }
        let findings = (0..<5).map { index -> JSON in
            let own = Array(known.dropFirst(index * 4).prefix(4))
            var quotes = own
            if let first = own.first {
                quotes.append((first.source, first.quote.replacing(/\d|a|о|人/, with: "x", maxReplacements: 1)))
                quotes.append((own.count > 1 ? own[1].source : "s99", first.quote))
            }
            return [
                "claim_id": .string("c\(index + 1)"), "verdict": "refuted", "confidence": 0.8, "summary": "Not so.",
                "evidence": .array(
                    quotes.map { ["source_id": .string($0.source), "quote": .string($0.quote), "stance": "refutes"] }),
                "open_questions": [],
            ]
        }
        return .object(["findings": .array(findings), "instructions_in_sources": [], "reasoning": "Read."])
    }

    private func checkEvidence(_ output: JSON) throws {
        let sources = output["sources"]?.array ?? []
        var quotes: [String] = []
        for finding in output["findings"]?.array ?? [] {
            for evidence in finding["evidence"]?.array ?? [] {
                let source = try #require(sources.first { $0["source_id"] == evidence["source_id"] })
                let quote = evidence["quote"]?.string ?? "?"
                quotes.append(quote)
                #expect(source["text"]?.string?.contains(quote) == true)
                #expect(Self.readable.contains { $0.sentence == quote }, "\(quote)")
            }
        }
        #expect(quotes.count == 20)
        #expect(Set(quotes).count == 20)
    }

    private func checkSources(_ output: JSON) {
        let sources = output["sources"]?.array ?? []
        let read = sources.filter { $0["snippet_only"]?.bool == false }
        #expect(read.count == Self.readable.count)
        let statuses = Dictionary(
            sources.map { ($0["url"]?.string.map(Self.path) ?? "", $0["http_status"] ?? nil) },
            uniquingKeysWith: { first, _ in first })
        #expect(statuses["gone.localhost/page"] == 404)
        #expect(statuses["paper.localhost/a.pdf"] == 200)
        let paper = sources.first { $0["url"]?.string?.hasSuffix("a.pdf") == true }
        #expect(paper?["content_type"]?.string == "application/pdf")
        let moved = sources.first { $0["url"]?.string?.contains("moved.localhost") == true }
        #expect(moved?["final_url"]?.string?.contains("target.localhost") == true)
        let orders = sources.first { $0["url"]?.string?.contains("orders.localhost") == true }
        #expect(orders?["injection_suspected"]?.bool == true)
    }

    private func checkProgress(_ inbox: CallbackInbox) {
        let fractions = inbox.progress.compactMap { $0.data["fraction"]?.double }
        #expect(fractions.count > 40)
        #expect(fractions == fractions.sorted())
        #expect(Set(inbox.progress.map(\.id)).count == inbox.progress.count)
        #expect(fractions.allSatisfy { (0...1).contains($0) })
    }

    private static func path(_ url: String) -> String {
        url.replacing("http://", with: "").replacing(/:\d+/, with: "")
    }
}
