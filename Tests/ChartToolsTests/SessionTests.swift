import ChartFormat
import ChartTools
import JSONValue
import Pipeline
import Statechart
import Testing

@Suite struct SessionTests {
    private func post(context: JSONObject = [:]) throws -> ChartSession {
        let settings = PipelineSettings()
        let delays = NamedDelays(settings)
        return try ChartSession(
            try PostChart.read(), vocabulary: PipelineVocabulary.charts, settings: settings.forCharts, context: context
        ) { name, context, event, now in
            delays.duration(of: name, context: context, event: event, now: now, random: 0.5)
        }
    }

    private func run(_ script: String, _ session: inout ChartSession) throws -> [String] {
        try script.split(separator: "\n").compactMap { line in
            guard let command = try SessionCommand(String(line)) else { return nil }
            return try session.perform(command)
        }
    }

    @Test func `a post is brought to its end by hand`() throws {
        var session = try post()
        #expect(
            session.greeting().hasSuffix(
                "▶ triage.working.pending   takes: send cancel, done triage, error triage, assign"))
        let said = try run(
            """
            # triage says that there is something
            assign
            done triage {"decision": "research", "claims": 2}
            done research {"outcome": "reply_worthy"}
            done response {"action": "reply", "violations": 0}
            done editorial {"decision": "approve"}
            assign comment
            done comment
            """, &session)
        #expect(
            said[0] == """
                job.assigned {"attempt":1,"endpoint":"text","job":1}
                ▶ triage.working.processing   takes: send cancel, done triage, error triage, job.returned
                """)
        #expect(said[1].contains("✓ event.facts.decision == 'research'\n  starts job 2, research\n"))
        #expect(session.configuration == ["published.watching"])
        for _ in 0..<10 where !session.isFinal {
            _ = try run("next\ndone engagement {\"removed\": \"no\"}", &session)
        }
        #expect(session.configuration == ["settled"])
        #expect(try session.perform(.show).contains("⏹ settled: ended"))
    }

    @Test func `time passes only when told to, and fires what falls due`() throws {
        var session = try post()
        _ = try run("error triage http_500 retryable", &session)
        #expect(session.configuration == ["triage.retrying"])
        let status = try session.perform(.show)
        #expect(status.contains("timer     triage.retrying/triage.backoff due 2027-01-15T08:00:"))
        _ = try run("wait 1s", &session)
        #expect(session.configuration == ["triage.retrying"])
        let fired = try run("wait 1h", &session)
        #expect(session.configuration == ["triage.working.pending"])
        #expect(fired[0].hasPrefix("timer.triage.retrying/triage.backoff\n  starts job 1, triage"))
        #expect(
            try session.perform(.history).contains("timer.triage.retrying/triage.backoff  → triage.working.pending"))
        #expect(try session.perform(.show).contains("time      2027-01-15T09:00:01.000Z"))
    }

    @Test func `undo takes back what one line did`() throws {
        var session = try post()
        let before = try session.perform(.show)
        _ = try run("assign\nwait 2h\nsend cancel {\"by\": \"ann\"}", &session)
        #expect(session.isFinal)
        _ = try run("undo\nundo\nundo", &session)
        #expect(try session.perform(.show) == before)
        #expect(throws: SessionProblem.self) { try session.perform(.undo) }
    }

    @Test(arguments: [
        ("dance", "there is no command 'dance'"), ("send", "expected 'send EVENT [JSON]'"),
        ("send dance", "declares no event 'dance'; it declares approve, cancel"),
        ("send cancel {}", "the payload of 'cancel' does not fit"), ("send cancel [1]", "expected a JSON object"),
        ("done poem", "no such job runs; there is triage"), ("done triage {\"decision\": \"perhaps\"}", "do not fit"),
        ("next", "no timer runs"), ("wait long", "expected 'wait 5m'"), ("undo", "nothing to undo"),
        ("job sings triage", "the service says no 'job.sings'"), ("error", "expected 'error INVOCATION"),
    ])
    func `a line that cannot be done is refused with what was expected`(line: String, words: String) throws {
        var session = try post()
        let before = try session.perform(.show)
        do {
            _ = try run(line, &session)
            Issue.record("'\(line)' was taken")
        } catch let problem as SessionProblem {
            #expect(problem.description.contains(words), "\(problem)")
        }
        #expect(try session.perform(.show) == before)
    }

    @Test func `an event that nothing takes says so and changes nothing`() throws {
        var session = try post()
        #expect(
            try run("send approve {\"by\": \"ann\"}", &session)[0].hasPrefix("approve changes nothing here\n▶ triage"))
    }

    @Test func `timers that set each other off do not hang a session`() throws {
        let chart = try ChartReader.read(
            text: "chart: 1\nid: t\ninitial: a\nstates: {a: {after: {1ms: b}}, b: {after: {0s: a}}}", file: "t.yaml",
            vocabulary: ChartVocabulary())
        var session = try ChartSession(chart, vocabulary: ChartVocabulary(), settings: [:]) { _, _, _, _ in nil }
        #expect(throws: SessionProblem("more than 1000 timers fire within that time")) {
            try session.perform(.wait(.seconds(86_400)))
        }
        #expect(session.configuration == ["a"])
    }
}
