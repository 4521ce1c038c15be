import JSONValue
import Statechart
import Testing

/// Rules of the chart format that differ between our own charts and imported ones, or that no other suite names.
struct RuleTests {
    private static func log(_ formula: Formula) -> Action { .log(formula.expression(), label: nil) }

    @Test func `the domain is the least common compound ancestor, so that a parallel state is left as a whole`() throws
    {
        let left = Sketch(
            key: "l", kind: .compound, initial: ["a"],
            within: [Sketch(key: "a", arcs: [.init(events: ["go"], targets: ["d"])]), Sketch(key: "b")])
        let right = Sketch(
            key: "r", kind: .compound, initial: ["c"], within: [Sketch(key: "c"), Sketch(key: "d")])
        let chart = Sketch(
            key: "root", kind: .compound, initial: ["p"],
            within: [
                Sketch(
                    key: "p", kind: .parallel, entry: [Self.log(.word("in"))], exit: [Self.log(.word("out"))],
                    within: [left, right])
            ]
        ).chart()
        var run = try SketchRun(chart)
        #expect(try run.send("go") == ["p.l.a", "p.r.d"])
        #expect(run.lines == ["out", "in"])
    }

    @Test func `candidates come by closeness in our own charts and by the document in imported ones`() throws {
        func chart(_ rules: Chart.Rules) -> Chart {
            Sketch(
                key: "root", kind: .compound, initial: ["a"],
                within: [
                    Sketch(
                        key: "a",
                        arcs: [
                            .init(events: ["*"], targets: ["any"]), .init(events: ["x.*"], targets: ["part"]),
                            .init(events: ["x.y"], targets: ["whole"]),
                        ]),
                    Sketch(key: "any"), Sketch(key: "part"), Sketch(key: "whole"),
                ]
            ).chart(rules)
        }
        var own = try SketchRun(chart(.native))
        var imported = try SketchRun(chart(.scxml))
        #expect(try own.send("x.y") == ["whole"])
        #expect(try imported.send("x.y") == ["any"])
    }

    @Test func `a prefix matches whole words of a name`() throws {
        let chart = Sketch(
            key: "root", kind: .compound, initial: ["a"],
            within: [Sketch(key: "a", arcs: [.init(events: ["x.*"], targets: ["b"])]), Sketch(key: "b")]
        ).chart()
        for (name, state) in [("xy", "a"), ("x", "b"), ("x.y.z", "b"), ("y.x", "a")] {
            var run = try SketchRun(chart)
            #expect(try run.send(name) == [state], "\(name)")
        }
    }

    @Test func `in imported charts a failing guard is false and raises an error event`() throws {
        let chart = Sketch(
            key: "root", kind: .compound, initial: ["a"],
            within: [
                Sketch(
                    key: "a",
                    arcs: [
                        .init(events: ["go"], targets: ["wrong"], condition: .failing),
                        .init(events: ["go"], targets: ["b"]),
                    ]),
                Sketch(key: "wrong"), Sketch(key: "b", arcs: [.init(events: ["error.execution"], targets: ["c"])]),
                Sketch(key: "c"),
            ]
        ).chart(.scxml)
        var run = try SketchRun(chart)
        #expect(try run.send("go") == ["c"])
        #expect(run.last.guards.map(\.isTrue) == [false])
    }

    @Test func `in imported charts an error ends its block, what came before stays, and other blocks run`() throws {
        let chart = Sketch(
            key: "root", kind: .compound, initial: ["a"],
            within: [
                Sketch(
                    key: "a", arcs: [.init(events: ["error.*"], actions: [Self.log(.event)])],
                    entry: [
                        .block([
                            .set(Location("v0"), Formula.number(1).expression()), .fail("no"),
                            .set(Location("v0"), Formula.number(2).expression()),
                        ]), .block([.set(Location("v1"), Formula.variable(0).expression())]),
                    ])
            ]
        ).chart(.scxml, context: ["v0": 0, "v1": 0])
        let run = try SketchRun(chart)
        #expect(run.last.snapshot.context == ["v0": 1, "v1": 1])
        #expect(run.lines.count == 1)
    }

    @Test func `an error that no transition takes leaves an imported instance running`() throws {
        let chart = Sketch(
            key: "root", kind: .compound, initial: ["a"],
            within: [
                Sketch(
                    key: "a", arcs: [.init(events: ["go"], targets: ["b"])], entry: [.block([.fail("no")])]),
                Sketch(key: "b"),
            ]
        ).chart(.scxml)
        var run = try SketchRun(chart)
        #expect(try run.send("go") == ["b"])
    }

    @Test func `a history stands for states and is never active, and its default content runs once`() throws {
        let history = Sketch(
            key: "h", kind: .history(isDeep: false), initial: ["x"], initialActions: [Self.log(.word("default"))])
        let inner = Sketch(
            key: "s", kind: .compound, initial: ["h"], arcs: [.init(events: ["out"], targets: ["o"])],
            within: [
                history, Sketch(key: "x", arcs: [.init(events: ["on"], targets: ["y"])]), Sketch(key: "y"),
            ])
        let chart = Sketch(
            key: "root", kind: .compound, initial: ["s"],
            within: [inner, Sketch(key: "o", arcs: [.init(events: ["back"], targets: ["s"])])]
        ).chart()
        var run = try SketchRun(chart)
        #expect(run.last.snapshot.configuration == ["s.x"])
        #expect(run.lines == ["default"])
        try run.send("on")
        try run.send("out")
        #expect(try run.send("back") == ["s.y"])
        #expect(run.lines == [])
    }

    @Test func `no loop is endless, not even one between parent and child`() throws {
        let ping = Send(event: Formula.word("ping").expression(), target: Formula.word("#_i").expression())
        let pong = Send(event: Formula.word("pong").expression(), target: Formula.word("#_parent").expression())
        let kid = Sketch(
            key: "root", kind: .compound, initial: ["k"],
            within: [Sketch(key: "k", arcs: [.init(events: ["ping"], actions: [.send(pong)])])]
        ).chart()
        let chart = Sketch(
            key: "root", kind: .compound, initial: ["a"],
            within: [
                Sketch(
                    key: "a", arcs: [.init(events: ["go", "pong"], actions: [.send(ping)])],
                    invocations: [
                        Invocation(id: "i", source: "kid", input: [], timeout: .named("never"), work: .chart("kid"))
                    ])
            ]
        ).chart(children: ["kid": kid])
        var run = try SketchRun(chart)
        let error = #expect(throws: ChartError.self) { try run.send("go") }
        #expect(error?.code == .microstepLimit)
        #expect(run.last.snapshot.configuration == ["a"])
    }
}
