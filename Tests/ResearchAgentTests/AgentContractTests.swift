import HTTPClient
import HTTPServer
import JSONValue
import TestSupport
import Testing
import Threads

@testable import ResearchAgent

/// The agent as its callers meet it.
@Suite(.timeLimit(.minutes(2))) struct AgentContractTests {
    /// One page, one search, a model that quotes the page; what is around them is each test's own.
    private struct Scene {
        let web: LocalWeb
        let search: FakeSearch
        let model: FakeModel
        let inbox: CallbackInbox
        let agent: AgentUnderTest

        init(
            time: TimeSource = .system, model script: (@Sendable (FakeModel.Question) -> FakeModel.Answer)? = nil,
            search answer: (@Sendable (String, Int) -> ServerResponse)? = nil,
            inbox behaviour: @escaping CallbackInbox.Behaviour = { _, _ in ServerResponse(status: 202) },
            change: (inout ResearchAgentOptions) -> Void = { _ in }
        ) throws {
            let web = try LocalWeb { _ in
                Dictionary(
                    uniqueKeysWithValues: (1...30).map { number in
                        (
                            "site\(number).localhost/page",
                            { @Sendable _ in .page(TrapWeb.html("Sentence number \(number) of the web.")) }
                        )
                    })
            }
            let urls = (1...30).map { "http://site\($0).localhost:\(web.port)/page" }
            self.web = web
            search = try answer.map { try FakeSearch($0) } ?? FakeSearch(urls: urls)
            model = try FakeModel(script ?? Self.plain)
            inbox = try CallbackInbox(behaviour)
            agent = try AgentUnderTest(model: model, search: search, time: time) { options in
                options.allowedHosts = Set((1...30).map { "site\($0).localhost:\(web.port)" })
                change(&options)
            }
        }

        /// Reads one page, quotes it.
        static let plain: @Sendable (FakeModel.Question) -> FakeModel.Answer = { question in
            guard question.name == "research_query" else {
                return FakeModel.judge(question, [("s1", "Sentence number 1 of the web.")])
            }
            let hasRead = question.data["results"]?.array?.contains { $0["status"]?.string == "read" } == true
            return hasRead ? FakeModel.done : FakeModel.plan(question)
        }

        func start(_ attempt: Int = 1, claims: [String] = ["A claim."], deadline: String? = nil) -> JSON {
            ResearchSamples.start(attempt: attempt, claims: claims, callback: inbox.url, deadline: deadline)
        }

        func close() async {
            await agent.close()
            for close in [model.close, search.close, inbox.close, web.close] { await close() }
        }
    }

    @Test func `starts are verified before they are read`() async throws {
        let scene = try Scene()
        let start = scene.start()
        #expect(try await scene.agent.start(start, secret: nil).status == 401)
        #expect(try await scene.agent.start(start, secret: ResearchSamples.secret).status == 401)
        #expect(try await scene.agent.start(["job_id": "x"]).status == 400)
        #expect(try await scene.agent.start(start, key: "other/1").status == 400)
        #expect(try await scene.agent.get("/research").status == 405)
        #expect(try await scene.agent.get("/other").status == 404)
        #expect(try await scene.agent.get("/health").json["status"] == "ok")
        #expect(scene.inbox.deliveries.isEmpty)
        await scene.close()
    }

    @Test func `the same start twice runs once and ends once`() async throws {
        let scene = try Scene()
        let start = scene.start()
        let answers = try await withThrowingTaskGroup(of: HTTPResponse.self) { group in
            for _ in 0..<8 { group.addTask { try await scene.agent.start(start, key: "4000000031-2/1") } }
            return try await group.reduce(into: [HTTPResponse]()) { $0.append($1) }
        }
        #expect(answers.allSatisfy { $0.status == 202 })
        #expect(Set(answers.compactMap { $0.json["id"]?.string }).count == 1)
        try await scene.inbox.end()
        let late = try await scene.agent.start(start)
        #expect(late.status == 202)
        #expect(late.json["id"] == answers[0].json["id"])
        #expect(try await scene.agent.start(scene.start(claims: ["Another claim."])).status == 409)
        await scene.close()
        #expect(scene.inbox.ends.count == 1)
        #expect(scene.model.questions.count { $0.name == "research_evidence" } == 1)
        #expect(scene.search.queries.count == 1)
    }

    @Test func `an agent that begins a job anew sends its end under the same id`() async throws {
        let scene = try Scene()
        #expect(try await scene.agent.start(scene.start()).status == 202)
        let first = try await scene.inbox.end()
        await scene.agent.close()
        let search = try FakeSearch(urls: ["http://site1.localhost:\(scene.web.port)/page"])
        let other = try AgentUnderTest(model: scene.model, search: search) { options in
            options.allowedHosts = ["site1.localhost:\(scene.web.port)"]
        }
        #expect(try await other.start(scene.start()).status == 202)
        try await scene.inbox.first { _ in scene.inbox.ends.count == 2 }
        #expect(Set(scene.inbox.ends.map(\.id)) == [first.id])
        await other.close()
        await search.close()
        await scene.close()
    }

    @Test func `a result is sent as it is until it is taken`() async throws {
        let scene = try Scene(
            time: .hurried,
            inbox: { type, number in
                guard type == "job.completed" else { return ServerResponse(status: 202) }
                switch number {
                case 1: return ServerResponse(status: 503, headers: [("Retry-After", "3600")])
                case 2: return ServerResponse(status: 500, connection: .drop)
                case 3: return ServerResponse(status: 429)
                default: return ServerResponse(status: 202)
                }
            })
        #expect(try await scene.agent.start(scene.start()).status == 202)
        try await scene.inbox.end()
        #expect(scene.inbox.ends.map(\.status) == [503, 0, 429, 202])
        #expect(Set(scene.inbox.ends.map(\.id)).count == 1)
        #expect(Set(scene.inbox.ends.map(\.body)).count == 1)
        #expect(scene.inbox.ends.allSatisfy { $0.isTrusted })
        await scene.close()
    }

    @Test func `no more jobs run than may`() async throws {
        let scene = try Scene(model: { _ in .never }, change: { $0.jobs = 2 })
        #expect(try await scene.agent.start(scene.start(1)).status == 202)
        #expect(try await scene.agent.start(scene.start(2)).status == 202)
        let full = try await scene.agent.start(scene.start(3))
        #expect(full.status == 503)
        #expect(full.headers["Retry-After"] != nil)
        #expect(try await scene.agent.start(scene.start(2)).status == 202)
        #expect(try await scene.agent.get("/health").json["running"] == 2)
        await scene.close()
        #expect(scene.inbox.ends.count == 2)
        #expect(scene.inbox.ends.allSatisfy { $0.data["error"]?["code"]?.string == "agent_stopping" })
        #expect(scene.inbox.ends.allSatisfy { $0.data["error"]?["retryable"]?.bool == true })
    }

    @Test func `a job that nobody wants any more has no end`() async throws {
        let scene = try Scene(inbox: { type, _ in ServerResponse(status: type == "job.progress" ? 410 : 202) })
        #expect(try await scene.agent.start(scene.start()).status == 202)
        try await scene.inbox.first { $0.type == "job.progress" }
        try await eventually { scene.agent.agent.running == 0 }
        await scene.close()
        #expect(scene.inbox.ends.isEmpty)
        #expect(scene.model.questions.isEmpty)
    }

    @Test func `while the model thinks the last word is repeated, until nobody wants to hear it`() async throws {
        let scene = try Scene(
            model: { _ in .never },
            inbox: { type, number in ServerResponse(status: type == "job.progress" && number >= 4 ? 410 : 202) },
            change: { $0.repeatProgress = .milliseconds(20) })
        #expect(try await scene.agent.start(scene.start()).status == 202)
        try await scene.inbox.first { $0.status == 410 }
        try await eventually { scene.agent.agent.running == 0 }
        #expect(scene.inbox.progress.map { $0.data["message"]?.string } == Array(repeating: "begun", count: 4))
        #expect(Set(scene.inbox.progress.map(\.id)).count == 4)
        await scene.close()
        #expect(scene.inbox.ends.isEmpty)
    }

    @Test func `limits of searches and pages hold, whatever the model wants`() async throws {
        let scene = try Scene(
            model: { question in
                guard question.name == "research_query" else { return FakeModel.judge(question, []) }
                let isSearch = question.number % 3 == 1
                return isSearch ? FakeModel.search("query \(question.number)") : FakeModel.plan(question)
            },
            change: { options in
                options.limits.queries = 2
                options.limits.pages = 3
                options.limits.rounds = 3
            })
        #expect(try await scene.agent.start(scene.start()).status == 202)
        let end = try await scene.inbox.end()
        #expect(end.type == "job.completed")
        #expect(scene.search.queries.count == 2)
        #expect(scene.web.requests.count { $0.hasSuffix("/page") } == 3)
        #expect(scene.model.questions.count < 16)
        await scene.close()
    }

    @Test func `the limit of tokens leaves enough for judging`() async throws {
        let scene = try Scene(
            model: { question in
                guard question.name == "research_query" else {
                    return FakeModel.judge(question, [("s1", "Sentence number 1 of the web.")])
                }
                return FakeModel.plan(question)
            }, change: { $0.limits.tokens = 10_000 })
        #expect(try await scene.agent.start(scene.start()).status == 202)
        let end = try await scene.inbox.end()
        let used = (end.data["usage"]?["input_tokens"]?.int ?? 0) + (end.data["usage"]?["output_tokens"]?.int ?? 0)
        #expect(used <= 10_000)
        #expect(end.data["output"]?["findings"]?[0]?["evidence"]?.array?.count == 1)
        await scene.close()
    }

    @Test func `the job's deadline ends the work in time`() async throws {
        let now = UnixTime.moment
        let scene = try Scene(model: { _ in .never }, change: { $0.now = { now } })
        let deadline = (now + .seconds(5)).description
        let begin = ContinuousClock.now
        #expect(try await scene.agent.start(scene.start(deadline: deadline)).status == 202)
        let end = try await scene.inbox.end()
        #expect(ContinuousClock.now - begin < .seconds(20))
        #expect(end.type == "job.failed")
        #expect(end.data["error"]?["code"]?.string == "model_unavailable")
        #expect(end.data["error"]?["retryable"]?.bool == true)
        await scene.close()
    }

    @Test func `a failure says what it took`() async throws {
        let scene = try Scene(
            time: .hurried,
            model: { question in
                question.name == "research_query" ? Scene.plain(question) : .response(ServerResponse(status: 400))
            })
        #expect(try await scene.agent.start(scene.start()).status == 202)
        let end = try await scene.inbox.end()
        #expect(end.type == "job.failed")
        #expect(end.data["usage"]?["input_tokens"]?.int == 300)
        #expect(end.data["usage"]?["cost"]?["amount"]?.double ?? 0 > 0)
        await scene.close()
    }

    @Test func `a stopped job says what it took`() async throws {
        let scene = try Scene(model: { $0.number == 1 ? FakeModel.plan($0) : .never })
        #expect(try await scene.agent.start(scene.start()).status == 202)
        try await scene.inbox.first { $0.data["message"]?.string == "1 searches, 0 pages read" }
        await scene.close()
        #expect(scene.inbox.ends.map { $0.data["error"]?["code"]?.string } == ["agent_stopping"])
        #expect(scene.inbox.ends.first?.data["usage"]?["input_tokens"]?.int == 100)
    }

    @Test func `a search of which nothing answers fails the job, to be tried again`() async throws {
        let scene = try Scene(time: .hurried, search: { _, _ in FakeSearch.results([], silent: ["google", "bing"]) })
        #expect(try await scene.agent.start(scene.start()).status == 202)
        let end = try await scene.inbox.end()
        #expect(end.data["error"]?["code"]?.string == "search_failed")
        #expect(end.data["error"]?["retryable"]?.bool == true)
        #expect(end.data["error"]?["message"]?.string?.contains("google") == true)
        await scene.close()
    }

    @Test func `nothing found is a result`() async throws {
        let scene = try Scene(search: { _, _ in FakeSearch.results([]) })
        #expect(try await scene.agent.start(scene.start()).status == 202)
        let end = try await scene.inbox.end()
        #expect(end.type == "job.completed")
        #expect(end.data["output"]?["findings"]?[0]?["verdict"]?.string == "not_enough_evidence")
        #expect(end.data["output"]?["queries"]?[0]?["error"]?.isNull == true)
        await scene.close()
    }

    @Test func `a model that is out of order for a while is asked again, one that refuses is not`() async throws {
        let scene = try Scene(
            time: .hurried,
            model: { question in
                question.number < 4 ? .response(ServerResponse(status: 503)) : Scene.plain(question)
            })
        #expect(try await scene.agent.start(scene.start()).status == 202)
        #expect(try await scene.inbox.end().type == "job.completed")
        await scene.close()
        let refusing = try Scene(time: .hurried, model: { _ in .response(ServerResponse(status: 400)) })
        #expect(try await refusing.agent.start(refusing.start()).status == 202)
        #expect(try await refusing.inbox.end().data["error"]?["retryable"]?.bool == false)
        #expect(refusing.model.questions.count == 1)
        await refusing.close()
    }

    @Test func `a model that cannot plan is planned for`() async throws {
        let scene = try Scene(model: { question in
            question.name == "research_query" ? .object(["action": "dance"]) : Scene.plain(question)
        })
        #expect(try await scene.agent.start(scene.start()).status == 202)
        let end = try await scene.inbox.end()
        #expect(scene.search.queries == ["A claim."])
        #expect(end.data["output"]?["sources"]?.array?.count == Researcher.ownPages)
        #expect(scene.web.mostAtOnce == 1)
        await scene.close()
    }
}
