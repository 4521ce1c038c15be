import ChartFormat
import ChartTools
import JSONValue
import Pipeline
import Statechart
import Testing

@Suite struct ExplorerTests {
    private func explore(
        _ body: String, vocabulary: ChartVocabulary = ChartVocabulary(), guards: ChartExplorer.Guards = .enforce
    ) throws -> Exploration {
        let chart = try ChartReader.read(text: "chart: 1\nid: t\n" + body, file: "t.yaml", vocabulary: vocabulary)
        var options = ChartExplorer.Options(settings: [:])
        options.guards = guards
        return ChartExplorer.explore(chart, vocabulary: vocabulary, options: options)
    }

    @Test func `the post's chart reaches all its states, ends from everywhere and drops nothing`() throws {
        let options = ChartExplorer.Options(settings: Self.small(PipelineSettings().forCharts))
        let found = ChartExplorer.explore(
            try PostChart.read(), vocabulary: PipelineVocabulary.charts, options: options)
        #expect(found.isComplete && !found.hasFindings)
        #expect(found.paths.count == found.stateCount)
        #expect(found.untakenTransitions == [] && found.untakenEvents == [])
        #expect(found.unhandled.isEmpty)
        let text = ExplorationText.text(found)
        #expect(text.contains("states reached: 51 of 51"))
        #expect(text.contains("  cancelled: cancel {\"by\":\"text\"}"))
        #expect(ExplorationText.json(found)["paths"]?["expired"]?.array?.count == 3)
    }

    /// Two tries of each kind show all that more would show.
    private static func small(_ settings: JSON) -> JSON {
        switch settings {
        case .int(let value): .int(min(value, 2))
        case .object(let members): .object(JSONObject(members.map { ($0.key, small($0.value)) }))
        default: settings
        }
    }

    @Test func `it finds dead ends, traps, states and transitions that nothing reaches`() throws {
        let found = try explore(
            """
            context: {n: 0}
            initial: a
            states:
              a:
                on:
                  go: {guard: "context.n > 3", target: far}
                  up: {context: {n: context.n + 1}}
                  trap: trap
                  dead: dead
                  end: done
                  never: {guard: "context.n < 0", target: lost}
              trap: {on: {turn: trap2}}
              trap2: {on: {turn: trap}}
              dead: {}
              far: {on: {end: done}}
              lost: {on: {end: done}}
              done: {type: final}
            """)
        #expect(found.isComplete && found.hasEnd)
        #expect(found.unreachedStates == ["lost"])
        #expect(found.untakenTransitions == ["a: never [context.n < 0]", "lost: end"])
        #expect(found.deadEnds.map(\.configuration) == [["dead"]])
        #expect(found.endless.map(\.configuration) == [["trap"], ["trap2"]])
        let far = try #require(found.paths.first { $0.state == "far" })
        #expect(far.path.map(\.event) == ["start", "up", "up", "up", "up", "go"])
    }

    @Test func `a counter that only grows comes to rest where guards no longer tell it apart`() throws {
        let found = try explore(
            """
            context: {n: 0, m: 0}
            initial: a
            states:
              a: {on: {up: {context: {n: context.n + 1, m: context.m + 1}}, end: {guard: "context.n == 2", target: z}}}
              z: {type: final}
            """)
        #expect(found.isComplete && found.hasEnd)
        #expect(found.situations < 10)
    }

    @Test func `payloads have every word that guards tell apart`() throws {
        let found = try explore(
            """
            schemas:
              events:
                pick:
                  type: object
                  required: [word, many]
                  properties: {word: {type: string, enum: [a, b]}, many: {type: integer}, why: {type: string}}
            initial: s
            states:
              s:
                on:
                  pick:
                    - {guard: "event.word == 'a' && event.many > 10", target: a}
                    - {guard: "event.word == 'b' && !has(event.why)", target: b}
                    - {guard: "has(event.why) && event.why == 'x'", target: c}
                    - {target: d}
              a: {type: final}
              b: {type: final}
              c: {type: final}
              d: {type: final}
            """)
        #expect(found.unreachedStates == [] && found.untakenTransitions == [])
    }

    @Test func `forked guards are tried both ways where payloads have no schema`() throws {
        let body = """
            initial: s
            states:
              s:
                on:
                  hit:
                    - {guard: "event.deep.value.size() == 7", target: a}
                    - {guard: "event.other[0] > 3", target: b}
                    - {target: c}
              a: {always: [{guard: "In('a') && !In('s')", target: d}, {target: e}]}
              b: {type: final}
              c: {type: final}
              d: {type: final}
              e: {type: final}
            """
        let found = try explore(body, guards: .fork)
        #expect(found.unreachedStates == [] && found.errors.isEmpty)
        #expect(try explore(body).unreachedStates != [])
    }

    @Test func `errors and events that nobody takes are told with the way to them`() throws {
        let jobs = ChartVocabulary(jobs: ["work": ["type": "object", "properties": ["n": ["type": "integer"]]]])
        let found = try explore(
            """
            schemas: {events: {poke: {type: object}, idle: {type: object}}}
            context: {n: 1}
            initial: s
            states:
              s:
                invoke:
                  src: work
                  timeout: PT1M
                  onDone: {guard: "1 / context.n == 1", context: {n: 0}, target: t}
                  onError: {target: t}
                on: {poke: {context: {n: 0}}}
              t: {after: {PT1M: [{guard: "context.n == 1", target: u}]}}
              u: {type: final}
            """, vocabulary: jobs)
        #expect(
            found.errors.contains {
                $0.detail.contains("division by zero") && $0.path.map(\.event) == ["start", "poke"]
            })
        #expect(found.unhandled.map(\.detail) == ["timer.t/PT1M"])
        #expect(found.untakenEvents == ["idle"])
    }

    @Test func `the limit ends an exploration and is told`() throws {
        let chart = try PostChart.read()
        var options = ChartExplorer.Options(settings: PipelineSettings().forCharts)
        options.limit = 20
        let found = ChartExplorer.explore(chart, vocabulary: PipelineVocabulary.charts, options: options)
        #expect(!found.isComplete)
        #expect(ExplorationText.text(found).contains("stopped at the limit"))
    }
}
