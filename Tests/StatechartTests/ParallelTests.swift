import JSONValue
import Statechart
import Testing

/// Parallel states and histories, as W3C's tests and algorithm have them.
struct ParallelTests {
    private let regions = untyped(
        """
        initial: p
        states:
          p:
            type: parallel
            onDone: done
            on: {leave: out, both: {actions: {type: log, message: "'p'"}}}
            states:
              a:
                initial: one
                states:
                  one: {on: {step: two, both: two, fight: "#out"}}
                  two: {on: {step: end}}
                  end: {type: final}
              b:
                initial: one
                states:
                  one: {on: {step: two, fight: two}}
                  two: {on: {step: end, back: one}}
                  end: {type: final}
          done: {}
          out: {on: {again: p}}
        """)

    @Test func `all regions are entered and each takes the event`() throws {
        var machine = try Machine(regions)
        #expect(machine.configuration == ["p.a.one", "p.b.one"])
        #expect(try machine.send("step") == ["p.a.two", "p.b.two"])
    }

    @Test func `a parallel state is done when all its regions are`() throws {
        var machine = try Machine(regions)
        try machine.send("step")
        try machine.send("back")
        #expect(try machine.send("step") == ["p.a.end", "p.b.two"])
        #expect(try machine.send("step") == ["done"])
    }

    @Test func `a transition out of the parallel state leaves all regions`() throws {
        var machine = try Machine(regions)
        #expect(try machine.send("leave") == ["out"])
        #expect(try machine.send("again") == ["p.a.one", "p.b.one"])
    }

    @Test func `of two regions that conflict the first in the file wins`() throws {
        var machine = try Machine(regions)
        #expect(try machine.send("fight") == ["out"])
    }

    @Test func `a region without a transition leaves the event to the parallel state`() throws {
        var machine = try Machine(regions)
        // Region b has none for 'both': the parallel state's own, which has no target, runs beside region a's.
        #expect(try machine.send("both") == ["p.a.two", "p.b.one"])
        #expect(machine.lines == ["p"])
    }

    @Test func `an inner transition preempts a conflicting outer one`() throws {
        var machine = try Machine(
            untyped(
                """
                initial: p
                states:
                  p:
                    type: parallel
                    on: {go: out}
                    states:
                      a: {initial: x, states: {x: {on: {go: y}}, y: {}}}
                      b: {initial: x, states: {x: {}}}
                  out: {}
                """))
        #expect(try machine.send("go") == ["p.a.y", "p.b.x"])
        #expect(try machine.send("go") == ["out"])
    }

    @Test func `regions may wait for each other with In`() throws {
        var machine = try Machine(
            untyped(
                """
                initial: p
                states:
                  p:
                    type: parallel
                    states:
                      a: {initial: x, states: {x: {on: {go: y}}, y: {}}}
                      b: {initial: x, states: {x: {always: {guard: "In('p.a.y')", target: z}}, z: {}}}
                """))
        #expect(try machine.send("go") == ["p.a.y", "p.b.z"])
    }

    @Test func `a target list enters several regions`() throws {
        var machine = try Machine(
            untyped(
                """
                initial: s
                states:
                  s: {on: {go: {target: ["#p.a.y", "#p.b.y"]}, one: "#p.b.y"}}
                  p:
                    type: parallel
                    states:
                      a: {initial: x, states: {x: {}, y: {}}}
                      b: {initial: x, states: {x: {}, y: {}}}
                """))
        #expect(try machine.send("go") == ["p.a.y", "p.b.y"])
        machine.snapshot.configuration = ["s"]
        #expect(try machine.send("one") == ["p.a.x", "p.b.y"])
    }

    @Test func `a parallel root ends when its regions do and restarts as a whole`() throws {
        var machine = try Machine(
            untyped(
                """
                type: parallel
                on: {restart: {target: .a, reenter: true}}
                states:
                  a: {initial: x, states: {x: {on: {go: y}}, y: {on: {end: z}}, z: {type: final}}}
                  b: {initial: x, states: {x: {on: {end: z}}, z: {type: final}}}
                """))
        #expect(try machine.send("go") == ["a.y", "b.x"])
        #expect(try machine.send("restart") == ["a.x", "b.x"])
        try machine.send("go")
        #expect(try machine.send("end") == ["a.z", "b.z"])
        #expect(machine.last.isFinal)
    }

    private func histories(_ kind: String) -> String {
        untyped(
            """
            initial: work
            states:
              work:
                initial: a
                on: {pause: paused}
                states:
                  a: {initial: x, states: {x: {on: {go: y}}, y: {on: {over: "#b"}}}}
                  b: {initial: x, states: {x: {on: {go: y}}, y: {}}}
                  last: {type: history, history: \(kind), target: b}
              paused: {on: {resume: "#last", fresh: work}}
            """)
    }

    @Test func `a shallow history remembers the child and a deep one the state within it`() throws {
        for (kind, expected) in [("shallow", "work.a.x"), ("deep", "work.a.y")] {
            var machine = try Machine(histories(kind))
            try machine.send("go")
            #expect(try machine.send("pause") == ["paused"])
            #expect(machine.snapshot.history == ["work.last": [kind == "deep" ? "work.a.y" : "work.a"]])
            #expect(try machine.send("resume") == [expected])
        }
    }

    @Test func `a history without a memory goes to its target and entering past it is fresh`() throws {
        let text = histories("deep").replacing("initial: work", with: "initial: paused")
        var machine = try Machine(text)
        #expect(try machine.send("resume") == ["work.b.x"])
        try machine.send("pause")
        #expect(try machine.send("fresh") == ["work.a.x"])
    }

    @Test func `a deep history restores all regions of a parallel state`() throws {
        var machine = try Machine(
            untyped(
                """
                initial: p
                states:
                  p:
                    type: parallel
                    on: {pause: paused}
                    states:
                      a: {initial: x, states: {x: {on: {go: y}}, y: {}}}
                      b: {initial: x, states: {x: {on: {goo: y}}, y: {}}}
                      last: {history: deep, type: history}
                  paused: {on: {resume: "#last"}}
                """))
        try machine.send("goo")
        try machine.send("pause")
        #expect(try machine.send("resume") == ["p.a.x", "p.b.y"])
    }
}
