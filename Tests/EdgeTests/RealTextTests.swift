import Crypto
import HTTPClient
import JSONValue
import Pipeline
import Store
import TestSupport
import Testing
import Texts

@testable import Agents
@testable import Fakes

/// Texts that people wrote go through triage: every prompt is made, every answer read, and nothing fails for its form.
@Suite struct RealTextTests {
    /// One text as a post; everything from the submission to the result but the wire.
    private static func triage(_ number: Int, title: String, body: String, _ desk: inout ChatDesk) throws
        -> StageOutcome
    {
        let (now, settings) = (Timestamp(seconds: 1_795_450_000), PipelineSettings())
        let job = JobKey(post: PostID(Int64(number + 1)), number: 1)
        let submission = Submission(
            id: job.post, source: "reddit", community: "science", author: "somebody", title: title, body: body, url: "",
            permalink: "", createdAt: now, score: 1, commentCount: 0)
        let work = try StageWork.make(
            source: .triage, submission: submission, results: [], job: job, attempt: 1, priority: 0, settings: settings)
        var random = SystemRandomNumberGenerator()
        var context = AgentsProtocolTests.context
        context.outputSchema = work.outputSchema
        context.schemaName = work.source.outputSchemaName
        context.messages = try work.messages(prompt: Prompt.builtIn(for: .triage), using: &random)
            .map { ($0.role.rawValue, $0.content) }
        let call = ChatProtocol().start(context)
        let (answer, _) = desk.answer(FakeRequest("POST", "/v1/chat/completions", body: call.body), now: now)
        desk.ended()
        let response = HTTPResponse(status: answer.status, headers: HTTPHeaders(answer.headers), body: answer.body)
        guard case .completed(let data) = ChatProtocol().read(start: response) else {
            throw TestFailure("HTTP \(answer.status)")
        }
        let run = RunInfo(
            job: job, attempt: 1, stage: .triage, endpoint: "chat", model: "m", promptVersion: "triage/1",
            inputHash: "",
            startedAt: now, finishedAt: now)
        return try StageReader(settings: settings).read(StageOutput(data["output"] ?? .null), work: work, run: run)
    }

    @Test(.readsSharedData("claims/claims.jsonl"), .tags(.sharedData))
    func `two and a half thousand labelled texts are triaged without a failure of form`() throws {
        var desk = ChatDesk(FakeLLMOptions(role: .chat))
        var (texts, toResearch, failures) = (0, 0, [String]())
        for (file, member, count) in [("claims", "text", 1992), ("averitec_dev", "claim", 500)] {
            let lines = try SharedData.text("claims/\(file).jsonl").split(whereSeparator: \.isNewline)
            #expect(lines.count == count, "\(file)")
            for line in lines {
                let text = try #require(JSON.parse(String(line))[member]?.string)
                texts += 1
                do {
                    let outcome = try Self.triage(texts, title: String(text.prefix(300)), body: text, &desk)
                    if outcome.facts["decision"] == "research" { toResearch += 1 }
                } catch {
                    failures.append("\(line.prefix(60)): \(error)")
                }
            }
        }
        #expect(failures.isEmpty, "\(failures.count): \(failures.prefix(3))")
        #expect(texts == 2492 && toResearch > 100 && toResearch < texts)
        print("real texts: \(toResearch) of \(texts) go to research")
    }

    @Test(.readsSharedData("reddit/listing/new_with_prompt_injection_constructed.json"), .tags(.sharedData))
    func `hostile posts change nothing that code decides`() throws {
        let listing = try JSON.parse(
            SharedData.bytes("reddit/listing/new_with_prompt_injection_constructed.json"))
        let posts = (listing["body"]?["data"]?["children"]?.array ?? []).compactMap { $0["data"] }
        #expect(posts.count >= 8)
        var desk = ChatDesk(FakeLLMOptions(role: .chat))
        for (number, post) in posts.enumerated() {
            let (title, body) = (post["title"]?.string ?? "", post["selftext"]?.string ?? "")
            let outcome = try Self.triage(number, title: title, body: body, &desk)
            // What later stages see are facts of code's own making, and quotes that stand in the post.
            let facts = try #require(outcome.facts["decision"]?.string)
            #expect(["research", "reject", "needs_human"].contains(facts), "\(title)")
            let seen = NormalizedText(title + "\n" + body)
            for claim in outcome.result["claims"]?.array ?? [] where claim["quote_verified"]?.bool == true {
                let quote = try #require(claim["quote"]?.string)
                #expect(seen.contains(NormalizedText(quote)), "\(quote)")
            }
            #expect(outcome.result["post_id"]?.int == Int64(number + 1))
        }
    }
}
