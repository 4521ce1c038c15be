import ChartFormat
import JSONValue
import Statechart
import Testing

/// Forms that mean the same, and what the digest follows.
struct FormatTests {
    @Test func `JSON and YAML, long and short forms and any order of keys give one chart`() throws {
        let yaml = """
            # A comment.
            chart: 1
            id: test
            context: {n: 0, m: 1}
            initial: a
            states:
              a:
                meta: {x: 1, y: 2}
                on: {go: b, no: {guard: "context.n > 0", target: b}}
                after: {5s: b}
              b: {}
            """
        let json = """
            {"id": "test", "states": {"b": {"description": "the end"}, "a": {
              "after": {"5s": [{"target": ["b"]}]}, "meta": {"y": 2, "x": 1},
              "on": {"no": [{"target": "#b", "guard": {"@expr": "context.n > 0"}}], "go": {"target": "#test.b"}}}},
             "initial": {"target": "a"}, "context": {"m": 1, "n": 0}, "chart": 1}
            """
        let first = try Charts.read(yaml)
        #expect(try Charts.read(json).digest == first.digest)
        #expect(first.digest.count == 64)
        #expect(first.source == yaml)
    }

    @Test func `the digest follows every change of meaning`() throws {
        let base = untyped(
            """
            context: {n: 0}
            initial: a
            states: {a: {on: {go: {guard: context.n > 0, target: b}}, after: {5s: b}, meta: {s: 1}}, b: {}}
            """)
        let digest = try Charts.read(base).digest
        for (old, new) in [
            ("context.n > 0", "context.n > 1"), ("5s", "6s"), ("s: 1", "s: 2"), ("{n: 0}", "{n: 1}"), ("go:", "went:"),
            ("initial: a", "initial: b"), ("target: b", "target: a, reenter: true"), ("id: test", "id: other"),
            ("b: {}", "b: {type: final}"),
        ] {
            #expect(try Charts.read(base.replacing(old, with: new)).digest != digest, "\(old)")
        }
    }

    @Test func `the order of regions has a meaning, that of other states has none`() throws {
        func text(_ states: String, _ kind: String) -> String {
            untyped("initial: s\nstates: {s: {\(kind), states: {\(states)}}}")
        }
        for (kind, isSame) in [("initial: a", true), ("type: parallel", false)] {
            let first = try Charts.read(text("a: {}, b: {}", kind)).digest
            #expect(try (first == Charts.read(text("b: {}, a: {}", kind)).digest) == isSame)
        }
    }

    @Test func `the order of keys changes nothing of what happens`() throws {
        let first = untyped(
            """
            initial: a
            states: {a: {after: {5s: b, 6s: b}, on: {go.*: b, go.x: c}}, b: {}, c: {}}
            """)
        let second = untyped(
            """
            initial: a
            states: {c: {}, b: {}, a: {on: {go.x: c, go.*: b}, after: {6s: b, 5s: b}}}
            """)
        var (left, right) = (try Machine(first), try Machine(second))
        #expect(left.last == right.last)
        try left.send("go.x")
        try right.send("go.x")
        #expect(left.last == right.last)
        #expect(left.configuration == ["c"])
    }

    @Test func `words that YAML 1.1 takes for booleans are words`() throws {
        let chart = try Charts.read(
            untyped("initial: yes\nstates: {yes: {meta: {status: off, no: on}, on: {on: no}}, no: {}}"))
        #expect(chart.states[1].meta == ["status": "off", "no": "on"])
        #expect(chart.accepts(event: "on", in: ["yes"]))
    }

    @Test func `a text is an expression where values stand, other scalars are themselves`() throws {
        let machine = try Machine(
            untyped(
                """
                context: {a: text, b: 0}
                initial: s
                states:
                  s:
                    entry:
                      type: assign
                      context: {a: "'x' + context.a", b: "0", c: 1.5, d: [context.b, {e: "1 + 1"}], f: null, g: true}
                """))
        let expected: JSONObject = [
            "a": "xtext", "b": 0, "c": 1.5, "d": [0, ["e": 2]], "f": .null, "g": true,
        ]
        #expect(machine.snapshot.context == expected)
    }

    @Test func `cancel finds the nearest timer of that key`() throws {
        var machine = try Machine(
            untyped(
                """
                initial: a
                states:
                  a:
                    after: {5s: b}
                    initial: x
                    states: {x: {on: {stop: {actions: {type: cancel, timer: 5s}}}}}
                  b: {after: {5s: a}}
                """))
        try machine.send("stop")
        #expect(machine.last.effects == [.clearTimer(name: "a/5s", occurrence: 1)])
    }

    @Test func `the checker writes what the reader throws`() {
        let text = untyped("initial: b\nstates: {a: {}}")
        let found = Charts.check(text)
        #expect(
            found.map(\.description) == ["test.yaml:3:10: error[target]: 'b' is no child state here; did you mean 'a'?"]
        )
        #expect(throws: ChartDiagnostics(found)) { try Charts.read(text) }
        #expect(Charts.check(Charts.triage) == [])
    }
}
