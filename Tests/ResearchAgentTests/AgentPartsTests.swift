import Crypto
import JSONValue
import Testing
import Threads

@testable import ResearchAgent

@Suite struct AgentPartsTests {
    // MARK: Starts

    @Test func `a start is read`() throws {
        let task = try ResearchSamples.task(claims: ["One.", "Two."])
        #expect(task.key == "4000000031-2/1")
        #expect(task.claims.map(\.id) == ["c1", "c2"])
        #expect(try ResearchSamples.task(claims: ["One.", "Two."]).digest == task.digest)
        #expect(try ResearchSamples.task(claims: ["One."]).digest != task.digest)
    }

    @Test(
        arguments: [
            ("job_id", JSON.null, "job_id"), ("attempt", 0, "attempt"), ("attempt", "1", "attempt"),
            ("stage", "triage", "stage"),
            ("deadline", "tomorrow", "deadline"), ("input", [:], "input.claims"),
            ("input", ["claims": [["text": "x"]]], "input.claims"),
            ("callback", [:], "callback.url"),
            ("callback", ["url": "file:///x", "secret": "whsec_AAAA"], "callback.url"),
            ("callback", ["url": "http://a/", "secret": "!"], "callback.secret"),
        ] as [(String, JSON, String)]) func `a bad start is refused with the name of what is wrong`(
            member: String, value: JSON, word: String
        ) throws
    {
        var start = try #require(ResearchSamples.start().object)
        start[member] = value
        do {
            _ = try ResearchTask(JSON.object(start).bytes())
            Issue.record("it was taken")
        } catch {
            #expect("\(error)".contains(word))
        }
    }

    // MARK: The ledger

    @Test func `an attempt runs once, and no more run than may`() {
        var ledger = RunLedger(limit: 2)
        #expect(ledger.take("a/1", digest: "x") == .begin)
        #expect(ledger.take("a/1", digest: "x") == .known)
        #expect(ledger.take("a/1", digest: "y") == .conflict)
        #expect(ledger.take("a/2", digest: "x") == .begin)
        #expect(ledger.take("b/1", digest: "x") == .full)
        #expect(ledger.take("a/1", digest: "x") == .known)
        ledger.end("a/1", isDelivered: true)
        #expect(ledger.take("a/1", digest: "x") == .known)
        #expect(ledger.take("b/1", digest: "x") == .begin)
        ledger.end("b/1", isDelivered: false)
        #expect(ledger.take("b/1", digest: "x") == .begin)
        ledger.close()
        #expect(ledger.take("c/1", digest: "x") == .full)
    }

    // MARK: Callbacks

    @Test(arguments: [
        (202, CallbackSchedule.Decision.done), (200, .done), (409, .done), (400, .stop), (401, .stop), (404, .stop),
        (410, .stop), (413, .stop),
    ]) func `an answer ends the sending`(status: Int, decision: CallbackSchedule.Decision) {
        var schedule = CallbackSchedule(name: "x")
        #expect(schedule.next(status: status, retryAfter: nil) == decision)
    }

    @Test func `a result is sent again, later and later, or when the service says`() {
        var schedule = CallbackSchedule(name: "x")
        #expect(schedule.next(status: 503, retryAfter: "7") == .again(after: .seconds(7)))
        var last = Duration.zero
        for status in [nil, 429, 500, 408, 425, 502, nil, nil, nil, nil] as [Int?] {
            guard case .again(let wait) = schedule.next(status: status, retryAfter: nil) else {
                Issue.record("it gave up")
                return
            }
            #expect(wait >= last || wait >= CallbackSchedule.longestWait)
            #expect(wait <= CallbackSchedule.longestWait * 2)
            last = wait
        }
    }

    @Test func `all ends of an attempt have one id, and progress has its own`() throws {
        let task = try ResearchSamples.task()
        let moment = Timestamp(seconds: 1)
        let end = CallbackEvent.failed(task, .stopping, at: moment)
        let result = ResearchResult(output: [:], usage: ModelUsage(), summary: "")
        #expect(CallbackEvent.completed(task, result, at: Timestamp(seconds: 2)).id == end.id)
        #expect(CallbackEvent.progress(task, number: 1, fraction: 0.5, message: "", at: moment).id != end.id)
    }

    // MARK: Turns

    @Test func `a host has one request at a time`() async throws {
        let turns = HostTurns(time: .system)
        let most = Shared((now: 0, most: 0))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<200 {
                group.addTask {
                    try await turns.withTurn(at: "host\(index % 2)") {
                        if index % 2 == 0 {
                            most.withLock {
                                $0.now += 1; $0.most = max($0.most, $0.now)
                            }
                        }
                        await Task.yield()
                        if index % 2 == 0 { most.withLock { $0.now -= 1 } }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(most.value.most == 1)
    }

    @Test func `a cancelled wait for a turn takes nobody's turn away`() async throws {
        let turns = HostTurns(time: .system)
        let gate = Reply<Void>()
        let entered = Reply<Void>()
        let first = Task {
            try await turns.withTurn(at: "h") {
                entered.resolve(.success(()))
                try await gate.value
            }
        }
        try await entered.value
        let second = Task { try await turns.withTurn(at: "h") {} }
        second.cancel()
        await #expect(throws: (any Error).self) { try await second.value }
        gate.resolve(.success(()))
        try await first.value
        try await turns.withTurn(at: "h") {}
    }

    // MARK: Settings

    private let good = ["model-url": "http://127.0.0.1:1", "model": "m", "search-url": "http://127.0.0.1:2"]

    @Test func `options win over the environment`() throws {
        let settings = try AgentResearchSettings(
            good.merging(["pages": "3", "time": "90s", "allow-host": "a.localhost:80, b.example:443"]) { $1 },
            environment: ["REJOINDER_AGENT_PAGES": "5", "REJOINDER_AGENT_QUERIES": "6", "HOME": "/"])
        #expect(settings.agent.limits.pages == 3)
        #expect(settings.agent.limits.queries == 6)
        #expect(settings.agent.limits.time == .seconds(90))
        #expect(settings.agent.allowedHosts == ["a.localhost:80", "b.example:443"])
    }

    @Test(arguments: [
        ("model-url", "ftp://x", "--model-url"), ("model-url", "http://me:word@x", "without a user"),
        ("pages", "0", "--pages"), ("pages", "many", "--pages"),
        ("search", "google", "--search"),
        ("search", "brave", "needs a key"), ("port", "70000", "--port"), ("time", "1", "--time"),
        ("allow-host", "localhost", "localhost"),
        ("address", "0.0.0.0", "secret"), ("input-price", "1", "--output-price"),
        ("secret-file", "/nonexistent/file", "cannot be read"),
        ("contact", "me", "--contact"), ("log-level", "loud", "--log-level"),
    ]) func `a bad option is named`(name: String, value: String, word: String) {
        do {
            _ = try AgentResearchSettings(good.merging([name: value]) { $1 }, environment: [:])
            Issue.record("it was taken")
        } catch {
            #expect("\(error)".contains(word), "\(error)")
        }
    }

    @Test func `an unknown variable is refused, and secrets stand in no error`() {
        #expect(throws: AgentResearchSettings.Problem.self) {
            try AgentResearchSettings(good, environment: ["REJOINDER_AGENT_PAGE": "5"])
        }
        do {
            _ = try AgentResearchSettings(good, environment: ["REJOINDER_AGENT_SECRET": "not!a!secret"])
            Issue.record("it was taken")
        } catch {
            #expect(!"\(error)".contains("not!a!secret"))
        }
    }
}
