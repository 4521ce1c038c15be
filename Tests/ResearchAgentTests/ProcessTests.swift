import Crypto
import Glibc
import HTTPClient
import JSONValue
import TestSupport
import Testing
import Threads

@testable import ResearchAgent

/// The real binary, killed and stopped, and between a real service and the web.
@Suite(
    .serialized, .tags(.system), .timeLimit(.minutes(3)), .enabled(if: AgentProcess.isBuilt, "the binary is not built"))
struct ProcessTests {
    private static let hosts = ["statistics.localhost", "archive.localhost", "news.localhost"]

    private static func web() throws -> LocalWeb {
        try LocalWeb { _ in
            Dictionary(
                uniqueKeysWithValues: hosts.map { host in
                    (
                        "\(host)/coffee",
                        { @Sendable _ in .page(TrapWeb.html("According to \(host) 41% of adults drink two cups a day."))
                        }
                    )
                })
        }
    }

    /// Reads all pages, quotes each, one of them nearly right.
    private static let script: @Sendable (FakeModel.Question) -> FakeModel.Answer = { question in
        guard question.name == "research_evidence" else { return FakeModel.plan(question) }
        let documents = (question.data["documents"]?.array ?? []).map { $0["source_id"]?.string ?? "" }
        let quotes = zip(documents, hosts).map {
            (source: $0, quote: "According to \($1) 41% of adults drink two cups a day.")
        }
        return FakeModel.judge(question, quotes + [("s1", "According to statistics.localhost 42% of adults")])
    }

    private func urls(_ web: LocalWeb) -> [String] { Self.hosts.map { "http://\($0):\(web.port)/coffee" } }
    private func allowed(_ web: LocalWeb) -> [String] { Self.hosts.map { "\($0):\(web.port)" } }

    @Test func `killed in the middle, it does the same start anew and sends one end`() async throws {
        let folder = try TemporaryFolder()
        let web = try Self.web()
        let search = try FakeSearch(urls: urls(web))
        let isAlive = Shared(false)
        let model = try FakeModel { isAlive.value ? Self.script($0) : .never }
        let inbox = try CallbackInbox()
        let secret = AgentUnderTest.signing.exposed
        let first = try await AgentProcess.start(
            model: model, search: search, folder: folder, secret: secret, allowed: allowed(web))
        let start = ResearchSamples.start(callback: inbox.url)
        #expect(try await post(start, to: first) == 202)
        try await inbox.first { $0.type == "job.progress" }
        try await first.process.kill()
        isAlive.set(true)
        let second = try await AgentProcess.start(
            model: model, search: search, folder: folder, secret: secret, allowed: allowed(web), port: first.port)
        #expect(try await post(start, to: second) == 202)
        #expect(try await post(start, to: second) == 202)
        let end = try await inbox.end()
        #expect(end.data["output"]?["findings"]?[0]?["evidence"]?.array?.count == 3)
        #expect(inbox.ends.count == 1)
        second.process.signal(SIGTERM)
        #expect(try await second.process.waitForExit() == .code(0))
        for written in [first.written, second.written] {
            for word in [secret, String(secret.dropFirst(6)), "model-key-of-the-test", ResearchSamples.secret.exposed] {
                #expect(!written.contains(word))
            }
        }
        for close in [model.close, search.close, inbox.close, web.close] { await close() }
    }

    @Test func `a stopped agent gives its job back`() async throws {
        let folder = try TemporaryFolder()
        let search = try FakeSearch(urls: [])
        let model = try FakeModel { _ in .never }
        let inbox = try CallbackInbox()
        let agent = try await AgentProcess.start(
            model: model, search: search, folder: folder, secret: AgentUnderTest.signing.exposed)
        #expect(try await post(ResearchSamples.start(callback: inbox.url), to: agent) == 202)
        try await inbox.first { $0.type == "job.progress" }
        agent.process.signal(SIGTERM)
        #expect(try await agent.process.waitForExit() == .code(0))
        #expect(inbox.ends.map { $0.data["error"]?["code"]?.string } == ["agent_stopping"])
        for close in [model.close, search.close, inbox.close] { await close() }
    }

    @Test func `bad options end it with a sentence`() async throws {
        let cases = [
            (["--model-url", "nowhere"], "--model-url"), ([], "--model-url is missing"),
            (["--model-url", "http://m", "--model", "m", "--search", "brave"], "needs a key"),
            (
                ["--model-url", "http://m", "--model", "m", "--search-url", "http://s", "--address", "0.0.0.0"],
                "secret"
            ),
        ]
        for (arguments, word) in cases {
            let process = try await ChildProcess.rejoinder(["agent", "research"] + arguments)
            #expect(try await process.waitForExit() == .code(78))
            try await eventually { process.errors.isOver }
            #expect(process.errors.text.contains(word), "\(process.errors.text)")
        }
    }

    @Test func `a real service has its research done by it`() async throws {
        let folder = try TemporaryFolder()
        let web = try Self.web()
        let search = try FakeSearch(urls: urls(web))
        let model = try FakeModel(Self.script)
        let secret = AgentUnderTest.signing.exposed
        let agent = try await AgentProcess.start(
            model: model, search: search, folder: folder, secret: secret, allowed: allowed(web))
        let chat = try await ChildProcess.rejoinder(["fake", "llm", "--role", "chat", "--duration", "0.02"])
        let line = try await chat.output.line(containing: "listening on http://", within: .seconds(60))
        let service = try await RealService.start(
            agent: agent, chat: line.split(separator: " ").last.map(String.init) ?? "", secret: secret, folder: folder)
        let post = try await RealService.ask(
            "POST", service.url + "/v1/posts",
            [
                "title": "Study: 73% of adults drink 4 cups of coffee a day, according to a 2021 report",
                "body": "The report says so on page 12.", "community": "science",
            ])
        let id = try #require(post["id"]?.string, "\(post.text)")
        var research = JSON.null
        try await eventually("the research is stored", within: .seconds(60), every: .milliseconds(100)) {
            let results = try await RealService.ask("GET", service.url + "/v1/posts/\(id)/results")
            let all = results["items"]?.array ?? results["results"]?.array ?? results.array ?? []
            research = all.first { $0["stage"]?.string == "research" } ?? .null
            return !research.isNull
        }
        let finding = research["result"]?["findings"]?[0]
        #expect(finding?["verdict"]?.string == "refuted", "\(research.text.prefix(2000))")
        #expect(finding?["evidence"]?.array?.count == 3)
        #expect(finding?["evidence"]?.array?.allSatisfy { $0["quote_verified"]?.bool == true } == true)
        #expect(finding?["independent_domains"]?.int == 3)
        #expect(research["result"]?["run"]?["prompt_tokens"]?.int ?? 0 > 0, "\(research["result"]?["run"]?.text ?? "")")
        // The service's own trial of the endpoint: the whole way of a job.
        let trial = try await RealService.ask("POST", service.url + "/v1/endpoints/agent/test", [:])
        #expect(trial["steps"]?.array?.isEmpty == false)
        #expect(trial["steps"]?.array?.allSatisfy { $0["ok"] == true } == true, "\(trial.text)")
        for child in [service.process, agent.process, chat] {
            child.signal(SIGTERM)
            #expect(try await child.waitForExit() == .code(0))
        }
        for close in [model.close, search.close, web.close] { await close() }
    }

    private func post(_ start: JSON, to agent: AgentProcess) async throws -> Int {
        let body = start.bytes()
        let now = UnixTime.now
        let signature = WebhookSignature.sign(
            id: "start_1", timestamp: now, body: body, secret: AgentUnderTest.signing)
        let client = HTTPClient(userAgent: "rejoinder")
        let response = try await client.send(
            HTTPRequest(
                method: "POST", url: agent.url,
                headers: [
                    ("Content-Type", "application/json"), ("webhook-id", "start_1"),
                    ("webhook-timestamp", "\(now)"), ("webhook-signature", signature),
                ], body: body))
        await client.close()
        return response.status
    }
}
