import ChartTools
import JSONValue
import Pipeline
import Statechart
import Testing

@Suite struct ReplayTests {
    private static let settings = PipelineSettings().forCharts
    private static let moment = Timestamp(microseconds: 1_800_000_000_000_000)

    /// A history as the API prints it, made by the interpreter itself.
    private static func history() throws -> [JSON] {
        let interpreter = Interpreter(chart: try PostChart.read())
        let surroundings = Surroundings(now: moment, settings: settings)
        var step = try interpreter.start(surroundings: surroundings)
        var rows = [row(1, Event("start"), "start", step)]
        let facts: JSONObject = ["attempt": 1, "facts": ["decision": "research", "claims": 2]]
        let failure: JSONObject = ["attempt": 1, "retryable": true, "code": "http_500", "message": ""]
        let events: [Event] = [
            Event("job.assigned", origin: .job(number: 1, isTerminal: false)),
            .error(invocation: "triage", job: 1, data: failure),
            .timer("triage.retrying/triage.backoff", occurrence: 1),
            .done(invocation: "triage", job: 1, data: facts), Event("cancel", data: ["by": "ann"]),
        ]
        for event in events {
            step = try interpreter.step(step.snapshot, event, surroundings: surroundings)
            #expect(step.outcome == .taken)
            rows.append(row(rows.count + 1, event, event.origin.text, step))
        }
        return rows
    }

    private static func row(_ revision: Int64, _ event: Event, _ origin: String, _ step: Macrostep) -> JSON {
        [
            "revision": .int(revision), "event": .string(event.name), "data": .object(event.data),
            "origin": .string(origin), "to": .array(step.snapshot.configuration.map(JSON.string)),
            "now": .string(moment.description), "problem": nil,
            "guards": .array(
                step.guards.map {
                    ["state": .string($0.state), "guard": .string($0.guardText), "result": .bool($0.isTrue)]
                }),
        ]
    }

    private static func row(_ revision: Int, _ event: Event, _ origin: String, _ step: Macrostep) -> JSON {
        row(Int64(revision), event, origin, step)
    }

    @Test func `a history replays on its own chart, whichever way it was printed`() throws {
        let rows = try Self.history()
        let object = JSON.object(["transitions": .array(rows)]).text
        for text in [object, JSON.array(rows).text, rows.map(\.text).joined(separator: "\n") + "\n"] {
            let read = try HistoryRow.read(text)
            let result = ChartReplay.run(read, on: try PostChart.read(), settings: Self.settings)
            #expect(result.parting == nil && result.agreeing == 6)
            #expect(result.text(rows: 6) == "all 6 rows lead where they led; the replay ends in cancelled")
        }
    }

    @Test func `what operators did beside the chart is stepped over, and a replay goes on after a migration`() throws {
        var rows = try Self.history()
        func operated(_ event: String, _ data: JSONObject, to: JSON?) -> JSON {
            [
                "revision": 1, "event": .string(event), "data": .object(data), "origin": "operator", "to": to ?? [],
                "now": .string(Self.moment.description), "problem": nil, "guards": [],
            ]
        }
        rows.insert(operated("hold", ["reason": "why"], to: rows[1]["to"]), at: 2)
        let chart = try PostChart.read()
        let held = ChartReplay.run(
            try HistoryRow.read(JSON.array(rows).text), on: chart, settings: Self.settings)
        #expect(held.parting == nil && held.agreeing == 7)
        // As if the first rows came from a chart whose states this one does not have.
        let interpreter = Interpreter(chart: chart)
        let surroundings = Surroundings(now: Self.moment, settings: Self.settings)
        var step = try interpreter.start(surroundings: surroundings)
        step = try interpreter.step(
            step.snapshot, Event("job.assigned", origin: .job(number: 1, isTerminal: false)),
            surroundings: surroundings)
        let state: JSONObject = ["context": .object(step.snapshot.context), "memory": step.snapshot.memory]
        var moved = Array(rows.dropFirst(3))
        moved.insert(operated("migrate", state, to: rows[1]["to"]), at: 0)
        moved.insert(operated("hold", [:], to: ["elsewhere"]), at: 0)
        let result = ChartReplay.run(
            try HistoryRow.read(JSON.array(moved).text), on: chart, settings: Self.settings)
        #expect(result.parting == nil, "\(result.text(rows: moved.count))")
        #expect(result.final.configuration == ["cancelled"])
    }

    private static func archived(_ post: String, _ rows: [JSON], chart: String) -> String {
        JSON.object(["post": .string(post), "chart": .string(chart), "transitions": .array(rows)]).text + "\n"
    }

    @Test func `an archive is replayed post by post, and a post counts as its last line says`() throws {
        let chart = try PostChart.read()
        var rows = try Self.history()
        let broken = Self.archived("7", Array(rows.prefix(3)) + [rows[5], rows[4]], chart: chart.digest)
        let good = Self.archived("7", rows, chart: chart.digest) + Self.archived("8", rows, chart: chart.digest)
        let posts = try #require(try ArchivedHistory.read(broken + good + Self.archived("9", rows, chart: "other")))
        #expect(posts.map(\.post) == ["7", "8", "9"])
        let replay = ArchiveReplay(posts, on: chart, settings: Self.settings, anyChart: false)
        #expect(replay.text == "2 posts lead where they led, 0 part, 1 of other charts were left out")
        rows.swapAt(4, 5)
        let parted = try #require(try ArchivedHistory.read(good + Self.archived("8", rows, chart: chart.digest)))
        let differing = ArchiveReplay(parted, on: chart, settings: Self.settings, anyChart: true)
        #expect(differing.agreeing == 1 && differing.parted.map(\.post) == ["8"])
        #expect(differing.text.contains("post 8: the paths part at row 6 of 6: done.invoke.triage"))
        #expect(try ArchivedHistory.read(rows.map(\.text).joined(separator: "\n")) == nil)
        #expect(throws: HistoryProblem.self) { try ArchivedHistory.read(good + "{\"torn") }
    }

    @Test func `on another version it says where the paths part, and which guards differ`() throws {
        let changed = try PostChart.text().replacing(
            "event.facts.decision == 'research'", with: "event.facts.claims > 2")
        let rows = try HistoryRow.read(JSON.array(try Self.history()).text)
        let result = ChartReplay.run(rows, on: try PostChart.read(changed), settings: Self.settings)
        #expect(
            result.text(rows: 6) == """
                the paths part at row 5 of 6: done.invoke.triage
                  stored: research.working.pending
                  found:  review
                  guards that differ:
                    triage.working: event.facts.decision == 'research': was true, is no longer asked
                    triage.working: event.facts.claims > 2: was not asked, is false
                    triage.working: event.facts.decision == 'reject': was not asked, is false
                """)
        #expect(result.json["parting"]?["row"] == 5)
    }

    @Test func `a macrostep that fails is where the paths part`() throws {
        var history = try Self.history()
        history[4] = JSON.object(history[4].object?.merging(["data": ["attempt": 1, "facts": [:]]]) ?? [:])
        let rows = try HistoryRow.read(JSON.array(history).text)
        let result = ChartReplay.run(rows, on: try PostChart.read(), settings: Self.settings)
        #expect(result.parting?.row == 5)
        #expect(result.parting?.problem?.contains("decision") == true)
    }

    @Test(arguments: [
        ("", "row 1"), ("{\"revision\": 1}", "row 1: 'event' is missing"),
        ("nonsense", "row 1: expected a JSON object"),
        (
            #"{"revision":1,"event":"e","data":{},"origin":"moon","to":[],"now":"2027-01-01T00:00:00Z"}"#,
            "row 1: the origin 'moon' is not known"
        ),
    ])
    func `what is no history is refused with the row`(text: String, words: String) {
        do {
            _ = try HistoryRow.read(text)
            Issue.record("taken: \(text)")
        } catch {
            #expect(error.description.contains(words))
        }
    }
}
