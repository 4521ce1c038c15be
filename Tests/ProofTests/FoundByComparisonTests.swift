import JSONValue
import Statechart
import Testing

/// What the comparison with the oracle has found: each of these was wrong once.
struct FoundByComparisonTests {
    private static func log(_ word: String) -> Action { .log(Formula.word(word).expression(), label: nil) }

    private static func child(_ id: String, _ name: String = "kid") -> Invocation {
        Invocation(id: id, source: name, input: [], timeout: .named("never"), work: .chart(name))
    }

    @Test func `a history of an ancestor enters nothing outside the transition's domain`() throws {
        let region = Sketch(
            key: "r1", kind: .compound, initial: ["a"], arcs: [.init(events: ["go"], targets: ["h"])],
            within: [Sketch(key: "a"), Sketch(key: "b")])
        let other = Sketch(
            key: "r2", kind: .compound, initial: ["c"],
            within: [Sketch(key: "c", arcs: [.init(events: ["on"], targets: ["d"])]), Sketch(key: "d")])
        let chart = Sketch(
            key: "root", kind: .compound, initial: ["p"],
            within: [
                Sketch(key: "h", kind: .history(isDeep: true), initial: ["b"]),
                Sketch(key: "p", kind: .parallel, entry: [Self.log("p")], within: [region, other]),
            ]
        ).chart()
        var run = try SketchRun(chart)
        try run.send("on")
        #expect(try run.send("go") == ["p.r1.b", "p.r2.d"])
        #expect(run.lines == [])
    }

    @Test func `what is entered through a history fits into what was left`() throws {
        let inner = Sketch(
            key: "s", kind: .compound, initial: ["a"], arcs: [.init(events: ["go"], targets: ["h"])],
            within: [Sketch(key: "a")])
        let chart = Sketch(
            key: "root", kind: .parallel, entry: [Self.log("in")], exit: [Self.log("out")],
            within: [Sketch(key: "h", kind: .history(isDeep: true), initial: ["s"]), inner]
        ).chart()
        var run = try SketchRun(chart)
        #expect(try run.send("go") == ["s.a"])
        #expect(run.lines == ["out", "in"])
    }

    @Test func `a parallel root ends with the last of the regions within its regions`() throws {
        let region = Sketch(
            key: "r", kind: .compound, initial: ["a"],
            within: [Sketch(key: "a", arcs: [.init(events: ["go"], targets: ["f"])]), Sketch(key: "f", kind: .final)])
        let chart = Sketch(
            key: "root", kind: .parallel, timers: ["late"],
            within: [Sketch(key: "p", kind: .parallel, within: [region])]
        ).chart()
        var run = try SketchRun(chart)
        try run.send("go")
        #expect(run.last.isFinal)
        #expect(run.last.snapshot.timers.isEmpty)
    }

    @Test func `guards are not asked again when invocations have started`() throws {
        let job = Invocation(id: "j", source: "work", input: [], timeout: .named("never"))
        let chart = Sketch(
            key: "root", kind: .compound, initial: ["a"],
            within: [
                Sketch(
                    key: "a", arcs: [.init(events: [], targets: ["b"], condition: .constant(false))], invocations: [job]
                ),
                Sketch(key: "b"),
            ]
        ).chart()
        #expect(try SketchRun(chart).last.guards.count == 1)
    }

    @Test func `a person is waited for however deep the chart that waits`() throws {
        let waiting = Sketch(
            key: "root", kind: .compound, initial: ["w"], within: [Sketch(key: "w", meta: ["waiting": "person"])])
        func around(_ chart: Chart) -> Chart {
            Sketch(
                key: "root", kind: .compound, initial: ["a"],
                within: [Sketch(key: "a", invocations: [Self.child("i")])]
            ).chart(children: ["kid": chart])
        }
        #expect(try SketchRun(around(around(waiting.chart()))).last.waitsForPerson)
    }

    @Test func `a delayed event shows no id that its sender did not give`() throws {
        let send = Send(event: Formula.word("tick").expression(), delay: .fixed(.fixed(.seconds(1))))
        let log = Action.log(Formula.event.expression(), label: nil)
        let chart = Sketch(
            key: "root", kind: .compound, initial: ["a"],
            within: [Sketch(key: "a", arcs: [.init(events: ["tick"], actions: [log])], entry: [.send(send)])]
        ).chart(.scxml)
        var run = try SketchRun(chart)
        try run.fire("send/send.1")
        #expect(run.lines.first?.contains("\"sendid\":null") == true, "\(run.lines)")
    }

    @Test func `in the end the outer states are left after the inner ones`() throws {
        let log = Action.log(Formula.active(2).expression(), label: nil)
        let chart = Sketch(
            key: "root", kind: .compound, initial: ["a"], exit: [log],
            within: [
                Sketch(key: "a", arcs: [.init(events: ["go"], targets: ["f"])]), Sketch(key: "f", kind: .final),
            ]
        ).chart()
        var run = try SketchRun(chart)
        #expect(try run.send("go") == ["f"])
        #expect(run.lines == ["false"])
    }

    @Test func `a child's timer that is set and cleared in one macrostep leaves no trace`() throws {
        let kid = Sketch(
            key: "root", kind: .compound, initial: ["a"],
            within: [
                Sketch(key: "a", arcs: [.init(events: ["on"], targets: ["b"])], timers: ["t"]), Sketch(key: "b"),
            ]
        ).chart()
        let send = Send(event: Formula.word("on").expression(), target: Formula.word("#_i").expression())
        let raise = Action.raise(event: "next", data: [])
        let chart = Sketch(
            key: "root", kind: .compound, initial: ["a"],
            within: [
                Sketch(
                    key: "a",
                    arcs: [.init(events: ["go"], actions: [.send(send)])],
                    entry: [raise, .send(Send(event: Formula.word("go").expression()))],
                    invocations: [Self.child("i")])
            ]
        ).chart(children: ["kid": kid])
        #expect(try SketchRun(chart).last.effects == [])
    }

    @Test func `what was sent to a cancelled child does not reach the one in its place`() throws {
        let kid = Sketch(
            key: "root", kind: .compound, initial: ["a"], arcs: [.init(events: ["on"], actions: [Self.log("heard")])],
            within: [Sketch(key: "a")]
        ).chart()
        let again = Send(event: Formula.word("again").expression())
        let toChild = Send(event: Formula.word("on").expression(), target: Formula.word("#_i").expression())
        let chart = Sketch(
            key: "root", kind: .compound, initial: ["a"],
            within: [
                Sketch(
                    key: "a",
                    arcs: [
                        .init(events: ["go"], actions: [.send(again), .send(toChild)]),
                        .init(events: ["again"], targets: ["a"], isReentering: true),
                    ], invocations: [Self.child("i")])
            ]
        ).chart(children: ["kid": kid])
        var run = try SketchRun(chart)
        try run.send("go")
        #expect(run.lines == [])
    }
}
