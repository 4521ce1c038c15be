import JSONValue
import Statechart
import Testing

/// What durable statecharts elsewhere got wrong when instances were stored, restored and woken late.
struct RestoreTests {
    private static let countdown = Sketch(
        key: "root", kind: .compound, initial: ["a"],
        within: [
            Sketch(
                key: "a",
                arcs: [
                    .init(events: ["timer.t"], targets: ["b"]), .init(events: ["look"]),
                    .init(events: ["away"], targets: ["c"]),
                ], timers: ["t"]),
            Sketch(key: "b"), Sketch(key: "c"),
        ])

    @Test func `a countdown survives being stored again and again, and fires once`() throws {
        var run = try SketchRun(Self.countdown.chart())
        #expect(run.last.effects == [.setTimer(name: "t", occurrence: 1, delay: .named("soon"))])
        for _ in 0..<3 {
            try run.send("look")
            #expect(run.last.effects == [], "restoring sets no timer anew")
        }
        #expect(try run.send(.timer("t", occurrence: 1)) == ["b"])
        try run.send(.timer("t", occurrence: 1))
        #expect(run.last.outcome == .stale)
    }

    @Test func `a timer that fires while its event waits to be handled counts once`() throws {
        var run = try SketchRun(Self.countdown.chart())
        let waiting = [Event.timer("t", occurrence: 1), .timer("t", occurrence: 1)]
        let outcomes = try waiting.map { event in
            try run.send(event)
            return run.last.outcome
        }
        #expect(outcomes == [.taken, .stale])
    }

    @Test func `a timer that comes after its state was left does nothing`() throws {
        var run = try SketchRun(Self.countdown.chart())
        try run.send("away")
        #expect(run.last.effects == [.clearTimer(name: "t", occurrence: 1)])
        #expect(try run.send(.timer("t", occurrence: 1)) == ["c"])
        #expect(run.last.outcome == .stale)
    }

    @Test func `a delayed event to oneself survives two ways through the store`() throws {
        let send = Send(
            event: Formula.word("tick").expression(), id: Formula.word("x").expression(),
            delay: .fixed(.fixed(.seconds(60))),
            parameters: [Assignment(name: "n", value: Formula.number(3).expression())])
        for rules in [Chart.Rules.native, .scxml] {
            let chart = Sketch(
                key: "root", kind: .compound, initial: ["a"],
                within: [
                    Sketch(
                        key: "a",
                        arcs: [
                            .init(events: ["tick"], targets: ["b"], condition: .eventNumberIs(3)),
                            .init(events: ["look"]),
                        ], entry: [.send(send)]),
                    Sketch(key: "b"),
                ]
            ).chart(rules)
            var run = try SketchRun(chart)
            try run.send("look")
            try run.send("look")
            #expect(try run.fire("send/x") == ["b"])
            #expect(run.last.snapshot.sends.isEmpty)
        }
    }

    @Test func `a snapshot that names a state the chart has not is refused with the state's path`() throws {
        let run = try SketchRun(Self.countdown.chart())
        var snapshot = run.last.snapshot
        snapshot.configuration = ["gone.away"]
        let error = #expect(throws: ChartError.self) {
            try run.interpreter.step(snapshot, Event("look"), surroundings: Duel.surroundings)
        }
        #expect(error?.code == .unknownState)
        #expect(error?.state == "gone.away")
        #expect(error?.message == "the chart 'sketch' has no state 'gone.away'")
    }

    @Test func `an instance whose child's chart is gone is refused when the child is concerned`() throws {
        let kid = Self.countdown.chart()
        let parent = Sketch(
            key: "root", kind: .compound, initial: ["a"],
            within: [
                Sketch(
                    key: "a",
                    invocations: [
                        Invocation(id: "i", source: "kid", input: [], timeout: .named("never"), work: .chart("kid"))
                    ])
            ])
        let snapshot = try SketchRun(parent.chart(children: ["kid": kid])).last.snapshot
        let error = #expect(throws: ChartError.self) {
            try Interpreter(chart: parent.chart()).step(
                snapshot, .timer("i!t", occurrence: 1), surroundings: Duel.surroundings)
        }
        #expect(error?.code == .unknownState)
    }

    @Test(arguments: ["next_job", "timer_count"])
    func `a memory that lacks anything is refused and never filled in`(member: String) throws {
        let snapshot = try SketchRun(Self.countdown.chart()).last.snapshot
        var memory = try #require(snapshot.memory.object)
        memory[member] = nil
        #expect(
            Snapshot(configuration: snapshot.configuration, context: snapshot.context, memory: .object(memory)) == nil)
    }
}
