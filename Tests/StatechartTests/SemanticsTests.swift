import JSONValue
import Statechart
import Testing

/// Transitions: which are taken, in what order, and what they leave and enter.
struct SemanticsTests {
    @Test func `states are left inside out and entered outside in around the actions`() throws {
        var machine = try Machine(
            untyped(
                """
                initial: a
                states:
                  a:
                    initial: b
                    exit: {type: log, message: "'exit a'"}
                    states: {b: {exit: {type: log, message: "'exit b'"}}}
                    on: {go: {target: c, actions: {type: log, message: "'go'"}}}
                  c:
                    initial: d
                    entry: {type: log, message: "'entry c'"}
                    states: {d: {entry: {type: log, message: "'entry d'"}}}
                """))
        #expect(try machine.send("go") == ["c.d"])
        #expect(machine.lines == ["exit b", "exit a", "go", "entry c", "entry d"])
    }

    @Test func `the inner state's transition wins over the outer one's`() throws {
        var machine = try Machine(
            untyped(
                """
                initial: a
                states:
                  a:
                    initial: b
                    on: {go: outer}
                    states: {b: {on: {go: c}}, c: {}}
                  outer: {}
                """))
        #expect(try machine.send("go") == ["a.c"])
        #expect(try machine.send("go") == ["outer"])
    }

    @Test func `an exact name wins over the longest prefix and that over any event, whatever the file's order`() throws
    {
        let text = untyped(
            """
            initial: a
            states:
              a: {on: {"*": any, mail.*: short, mail.new.*: long, mail.new.now: exact}}
              any: {}
              short: {}
              long: {}
              exact: {}
            """)
        for (event, state) in [
            ("mail.new.now", "exact"), ("mail.new.later", "long"), ("mail.new", "long"), ("mail", "short"),
            ("mail.old", "short"), ("mailbox", "any"),
        ] {
            var machine = try Machine(text)
            #expect(try machine.send(event) == [state], "\(event)")
        }
    }

    @Test func `candidates are asked in their order and each answer is reported`() throws {
        var machine = try Machine(
            untyped(
                """
                context: {n: 2}
                initial: a
                states:
                  a:
                    on:
                      go:
                        - {guard: context.n > 2, target: b}
                        - {guard: context.n > 1, target: c}
                        - {target: d}
                  b: {}
                  c: {}
                  d: {}
                """))
        #expect(try machine.send("go") == ["c"])
        #expect(machine.last.guards.map(\.isTrue) == [false, true])
        #expect(machine.last.guards.map(\.guardText) == ["context.n > 2", "context.n > 1"])
    }

    @Test func `a failing guard stops the macrostep and never lets the next candidate win`() throws {
        var machine = try Machine(
            untyped(
                """
                initial: a
                states:
                  a: {on: {go: [{guard: context.missing > 2, target: b}, {target: c}]}}
                  b: {}
                  c: {}
                """))
        let before = machine.snapshot
        let error = #expect(throws: ChartError.self) { try machine.send("go") }
        #expect(error?.code == .expression)
        #expect(error?.state == "a")
        #expect(error?.message == "guard 'context.missing > 2': there is no member 'missing'")
        #expect(machine.snapshot == before)
    }

    @Test func `a failing assignment undoes what came before it in the macrostep`() throws {
        var machine = try Machine(
            untyped(
                """
                context: {n: 9223372036854775807, m: 0}
                initial: a
                states:
                  a: {on: {go: {target: b, context: {m: 1}}}}
                  b: {entry: {type: assign, context: {n: context.n + 1}}}
                """))
        #expect(throws: ChartError.self) { try machine.send("go") }
        #expect(machine.configuration == ["a"])
        #expect(machine.snapshot.context["m"] == 0)
    }

    @Test func `all values of a patch see the context before it`() throws {
        var machine = try Machine(
            untyped(
                """
                context: {a: 1, b: 2}
                initial: s
                states: {s: {on: {swap: {context: {a: context.b, b: context.a}}}}}
                """))
        try machine.send("swap")
        #expect(machine.snapshot.context == ["a": 2, "b": 1])
    }

    @Test func `a transition into its own source stays inside unless it reenters`() throws {
        let text = untyped(
            """
            initial: a
            states:
              a:
                initial: b
                entry: {type: log, message: "'in'"}
                exit: {type: log, message: "'out'"}
                on: {inner: .c, outer: {target: .c, reenter: true}}
                states: {b: {}, c: {}}
            """)
        var machine = try Machine(text)
        #expect(try machine.send("inner") == ["a.c"])
        #expect(machine.lines == [])
        #expect(try machine.send("outer") == ["a.c"])
        #expect(machine.lines == ["out", "in"])
    }

    @Test func `a transition without a target runs its actions and keeps timers and jobs`() throws {
        var machine = try Machine(
            untyped(
                """
                context: {n: 0}
                initial: a
                states: {a: {after: {PT1H: b}, on: {count: {context: {n: context.n + 1}}}}, b: {}}
                """))
        let timers = machine.snapshot.timers
        #expect(try machine.send("count") == ["a"])
        #expect(machine.last.outcome == .taken)
        #expect(machine.last.effects == [])
        #expect(machine.snapshot.timers == timers)
        #expect(machine.snapshot.context["n"] == 1)
    }

    @Test func `an event that nothing takes changes nothing`() throws {
        var machine = try Machine(untyped("initial: a\nstates: {a: {}}"))
        let before = machine.snapshot
        try machine.send("what")
        #expect(machine.last.outcome == .ignored)
        #expect(machine.snapshot == before)
    }

    @Test func `an empty transition is taken and keeps the event from the outer state`() throws {
        var machine = try Machine(
            untyped(
                """
                initial: a
                states:
                  a: {initial: b, on: {go: out}, states: {b: {on: {go: {}}}}}
                  out: {}
                """))
        #expect(try machine.send("go") == ["a.b"])
        #expect(machine.last.outcome == .taken)
    }

    @Test func `eventless transitions come before raised events and both before rest`() throws {
        var machine = try Machine(
            untyped(
                """
                initial: a
                states:
                  a: {on: {go: {target: b, actions: {type: raise, event: inner, data: {n: 7}}}}}
                  b: {always: c, on: {inner: wrong}}
                  c: {on: {inner: {guard: event.n == 7 && event.type == 'inner', target: d}}}
                  d: {}
                  wrong: {}
                """))
        #expect(try machine.send("go") == ["d"])
    }

    @Test func `a chart that never comes to rest is stopped by the limit`() throws {
        for states in [
            "{a: {on: {go: b}}, b: {always: c}, c: {always: b}}",
            "{a: {on: {go: {actions: {type: raise, event: go}}}}}",
        ] {
            var machine = try Machine(untyped("initial: a\nstates: \(states)"), limit: 50)
            let error = #expect(throws: ChartError.self) { try machine.send("go") }
            #expect(error?.code == .microstepLimit)
            #expect(machine.configuration == ["a"])
        }
    }

    @Test func `a final child raises its parent's done event with the output`() throws {
        var machine = try Machine(
            untyped(
                """
                context: {n: 3, got: 0}
                initial: a
                states:
                  a:
                    initial: b
                    onDone: {target: c, context: {got: event.output}}
                    states: {b: {on: {go: end}}, end: {type: final, output: context.n + 1}}
                  c: {}
                """))
        #expect(try machine.send("go") == ["c"])
        #expect(machine.snapshot.context["got"] == 4)
    }

    @Test func `a final state at the top ends the instance, its timers and its jobs`() throws {
        var machine = try Machine(
            untyped(
                """
                invoke: {id: root, src: probe, timeout: 5s, onDone: {}, onError: {}}
                after: {PT1H: .end}
                initial: a
                states: {a: {on: {go: end}}, end: {type: final}}
                """))
        #expect(machine.snapshot.jobs["root"]?.isLive == true)
        #expect(try machine.send("go") == ["end"])
        #expect(machine.last.isFinal)
        #expect(machine.snapshot.timers == [:])
        #expect(machine.snapshot.jobs["root"]?.isLive == false)
        #expect(
            machine.last.effects == [
                .clearTimer(name: "/PT1H", occurrence: 1), .cancelJob(number: 1, invocation: "root"),
            ])
    }

    @Test func `actions are effects with evaluated parameters`() throws {
        var machine = try Machine(
            untyped(
                """
                context: {who: anna}
                initial: a
                states: {a: {on: {go: {actions: [mark, {type: notify, params: {to: context.who}}]}}}}
                """))
        try machine.send("go")
        #expect(
            machine.last.effects == [
                .action(name: "mark", parameters: [:]), .action(name: "notify", parameters: ["to": "anna"]),
            ])
    }
}
