import ChartFormat
import JSONValue
import Statechart
import Testing

/// Charts within a chart: what the parent knows of them, and what they know of it.
struct ChildChartTests {
    static let text = """
        chart: 1
        id: outer
        schemas:
          context: {type: object, required: [n], properties: {n: {type: integer}}}
          events:
            begin: {type: object}
            push: {type: object, required: [by], properties: {by: {type: integer}}}
        context: {n: 0}
        charts:
          count:
            schemas:
              context: {type: object, required: [from], properties: {from: {type: integer}}}
              events: {more: {type: object, required: [by], properties: {by: {type: integer}}}}
              emitted: {half: {type: object, required: [at], properties: {at: {type: integer}}}}
            context: {from: 0}
            initial: going
            states:
              going:
                on:
                  more:
                    - guard: context.from + event.by > 10
                      target: over
                    - context: {from: context.from + event.by}
                      actions: {type: send, to: parent, event: half, data: {at: context.from}}
              over: {type: final, output: {total: context.from}}
        initial: idle
        states:
          idle: {on: {begin: counting}}
          counting:
            invoke:
              src: count
              input: {from: context.n}
              onDone: {context: {n: event.output.total}, target: done}
            on:
              push: {actions: {type: send, to: count, event: more, data: {by: event.by}}}
              half: {context: {n: event.at}}
          done: {type: final}
        """

    @Test func `a child chart is part of its parent, and of its digest`() throws {
        let chart = try Charts.read(Self.text)
        let child = try #require(chart.children["count"])
        #expect(child.id == "count" && child.states.count == 3 && child.context == ["from": 0])
        guard case .chart("count") = chart.states[2].invocations[0].work else {
            Issue.record("the invocation starts no chart")
            return
        }
        #expect(chart.states[2].invocations[0].id == "count")
        #expect(Array(child.externalEvents.keys) == ["more"])
        for (old, new) in [("> 10", "> 11"), ("to: parent, event: half", "to: parent, event: half, delay: 1s")] {
            #expect(try Charts.read(Self.text.replacing(old, with: new)).digest != chart.digest)
        }
    }

    @Test func `parent and child send each other events within one call`() throws {
        var machine = try Machine(Self.text, context: ["n": 1])
        #expect(try machine.send("begin") == ["counting"])
        #expect(try machine.send("push", ["by": 4]) == ["counting"])
        #expect(machine.snapshot.context == ["n": 5])
        #expect(try machine.send("push", ["by": 6]) == ["done"])
        #expect(machine.snapshot.context == ["n": 5])
        #expect(machine.last.isFinal)
    }

    private func refuses(
        _ old: String, _ marked: String, _ code: ChartDiagnostic.Code, _ message: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        #expect(Self.text.contains(old), sourceLocation: sourceLocation)
        try StatechartTests.refuses(
            Self.text.replacing(old, with: marked), code, message, sourceLocation: sourceLocation)
    }

    @Test func `types go between parent and child`() throws {
        try refuses("event.output.total", "event.output.⟦totl", .type, "did you mean 'total'?")
        try refuses("input: {from: context.n}", "input: {⟦form: context.n}", .type, "did you mean 'from'?")
        try refuses("input: {from: context.n}", "input: {from: ⟦\"'x'\"}", .type, "'from' is int")
        try refuses("{n: event.at}", "{n: event.⟦att}", .type, "did you mean 'at'?")
        try refuses("data: {by: event.by}", "data: {⟦bye: event.by}", .type, "did you mean 'by'?")
        try refuses("event: more, data", "event: ⟦mor, data", .vocabulary, "did you mean 'more'?")
        try refuses("event: half, data", "event: ⟦full, data", .vocabulary, "schemas.emitted")
        try refuses("data: {at: context.from}", "data: {at: ⟦'true'}", .type, "'at' is int")
        try refuses("      half: {", "      ⟦hafl: {", .vocabulary, "did you mean 'half'?")
    }

    @Test func `what a chart within a file cannot have is refused`() throws {
        try refuses("      src: count", "      src: ⟦coun", .vocabulary, "did you mean 'count'?")
        try refuses("      src: count\n", "      src: count\n      ⟦timeout: 5s\n", .structure, "in the state that")
        try refuses("      src: count\n", "      src: count\n      ⟦onError: idle\n", .structure, "stops the macrostep")
    }

    @Test func `only a child has a parent`() throws {
        try StatechartTests.refuses(
            untyped("schemas: {⟦emitted: {x: {type: object}}}\ninitial: a\nstates: {a: {}}"), .structure, "has a parent"
        )
        try StatechartTests.refuses(
            untyped("initial: a\ncharts: {⟦probe: {initial: x, states: {x: {}}}}\nstates: {a: {}}"), .structure,
            "is a job of the service")
        try StatechartTests.refuses(
            untyped("initial: a\ncharts: {c: {⟦chart: 1, initial: x, states: {x: {}}}}\nstates: {a: {}}"), .unknownKey,
            "at the root of the file")
    }
}
