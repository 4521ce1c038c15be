import ChartFormat
import Testing

/// What the reader refuses, with the place and what was expected.
struct RefusalTests {
    /// A chart with one state `a` of the given body beside `b`, and one more line at the root.
    private func chart(_ body: String, _ more: String = "") -> String {
        untyped("\(more)initial: a\nstates:\n  a: \(body)\n  b: {}\n")
    }

    @Test func `the file's form`() throws {
        try refuses("⟦", .syntax, "the file is empty")
        try refuses("⟦- a", .shape, "expected a chart (a mapping")
        try refuses("chart: 1\nid: [a\n⟦", .syntax, "did not find expected")
        try refuses("chart: ⟦2\nid: x\ninitial: a\nstates: {a: {}}", .shape, "expected 'chart: 1'")
        try refuses("⟦chart: 1\ninitial: a\nstates: {a: {}}", .shape, "'id' is missing")
        try refuses("⟦chart: 1\nid: x", .structure, "a chart needs 'states'")
        try refuses("chart: 1\nid: ⟦a b\ninitial: a\nstates: {a: {}}", .shape, "letters, digits")
        try refuses(chart("{}", "\"@exprLang\": ⟦js\n"), .shape, "expected 'cel'")
    }

    @Test func `keys twice, anchors, merges and tags`() throws {
        try refuses("chart: 1\nid: x\ninitial: a\nstates:\n  ⟦a: {}\n  a: {}", .syntax, "comes twice")
        try refuses("chart: 1\nid: x\ninitial: a\nstates:\n  ⟦a: {}\n  'a': {}", .syntax, "comes twice")
        try refuses(chart("⟦&x {}"), .syntax, "no anchors")
        try refuses(chart("{⟦<<: {}}"), .syntax, "no merge keys")
        try refuses(chart("{meta: {x: ⟦!!binary aGk=}}"), .syntax, "no tags")
    }

    @Test func `a flood of aliases and a deep nest are refused before they cost anything`() {
        var bomb = "chart: 1\nx0: &x0 [a, a]\n"
        for level in 1...60 { bomb += "x\(level): &x\(level) [*x\(level - 1), *x\(level - 1)]\n" }
        #expect(Charts.check(bomb + "? *x60\n: 1\n").map(\.code) == [.limit])
        let deep = "chart: 1\nmeta: " + String(repeating: "[", count: 300) + String(repeating: "]", count: 300)
        #expect(Charts.check(deep).map(\.code) == [.limit])
        let deeper = "chart: 1\nmeta: " + String(repeating: "[", count: 100_000)
        #expect(!Charts.check(deeper).isEmpty)
        #expect(Charts.check(String(repeating: " ", count: 600_000)).map(\.code) == [.limit])
        let many = (0..<3000).map { "  s\($0): {}\n" }.joined()
        #expect(Charts.check(untyped("initial: s0\nstates:\n" + many)).map(\.code) == [.limit])
    }

    @Test func `unknown keys are named with the nearest known one`() throws {
        try refuses(chart("{⟦entri: mark}"), .unknownKey, "a state has no key 'entri'; did you mean 'entry'?")
        try refuses(chart("{on: {go: {⟦cond: 'true', target: b}}}"), .unknownKey, "write 'guard'")
        try refuses(chart("{on: {go: {⟦internal: true, target: b}}}"), .unknownKey, "reenter")
        try refuses(chart("{on: {go: {⟦in: b, target: b}}}"), .unknownKey, "In('state')")
        try refuses(chart("{⟦onEntry: mark}"), .unknownKey, "write 'entry'")
        try refuses(chart("{}", "⟦strict: true\n"), .unknownKey, "a chart has no key 'strict'")
        try refuses(chart("{}", "⟦onDone: b\n"), .unknownKey, "the root has no 'onDone'")
        try refuses(
            chart("{invoke: {src: probe, timeout: 1s, onDone: b, onError: b, ⟦onSnapshot: b}}"), .unknownKey,
            "progress")
        try refuses(chart("{on: {go: {actions: {type: mark, ⟦parms: {}}}}}"), .unknownKey, "did you mean 'params'?")
    }

    @Test func `targets that cannot be found`() throws {
        try refuses(chart("{on: {go: ⟦c}}"), .target, "the chart has no state 'c' within it")
        try refuses(chart("{on: {go: ⟦.x}}"), .target, "the state 'a' has no state 'x'")
        try refuses(chart("{on: {go: '⟦#nope'}}").replacing("'⟦#", with: "⟦'#"), .target, "no state '#nope'")
        try refuses(chart("{}", "on: {go: ⟦b}\n"), .target, "from the root, write '.b'")
        let twins =
            "initial: a\nstates: {a: {initial: x, states: {x: {}}}, b: {initial: x, states: {x: {on: {go: ⟦'#x'}}}}}"
        try refuses(untyped(twins), .target, "could be any of '#test.a.x', '#test.b.x'")
        try refuses(chart("{on: {go: {target: ⟦[b, a]}}}"), .target, "cannot be active together")
        try refuses(chart("{on: {go: {target: ⟦3}}}"), .shape, "expected a target (a text), found a number")
        try refuses(chart("{id: x}").replacing("b: {}", with: "b: {id: ⟦x}"), .target, "the id 'x' comes twice")
    }

    @Test func `initial states`() throws {
        try refuses(
            untyped("states: {a: {}}").replacing("chart:", with: "⟦chart:"), .structure, "needs 'initial'; one of a")
        try refuses(untyped("initial: ⟦c\nstates: {a: {}}"), .target, "'c' is no child state here")
        try refuses(
            chart("⟦{states: {x: {}}}"), .structure, "the state 'a' has states, so it needs 'initial'; one of x")
        try refuses(
            chart("{type: parallel, ⟦initial: x, states: {x: {}}}"), .structure, "a parallel state has no 'initial'")
        try refuses(chart("{initial: ⟦h, states: {x: {}, h: {type: history}}}"), .target, "'h' is no child state")
    }

    @Test func `kinds of states`() throws {
        try refuses(chart("{type: final, ⟦on: {go: b}}"), .structure, "a final state has no 'on'")
        try refuses(chart("{type: final, ⟦invoke: {}}"), .structure, "a final state has no 'invoke'")
        try refuses(chart("{⟦onDone: b}"), .structure, "an atomic state has no 'onDone'; 'onDone' of a job")
        try refuses(chart("{type: ⟦finale}"), .shape, "did you mean 'final'?")
        try refuses(chart("{type: ⟦compound}"), .structure, "a compound state needs 'states'")
        try refuses(chart("{⟦output: 1}"), .structure, "only final states have")
        try refuses(
            chart("{initial: x, states: {x: {}, h: {type: history, target: ⟦'#b'}}}"), .target,
            "a history goes to a state within its parent")
    }

    @Test func `transitions that would not do what they look like`() throws {
        try refuses(chart("{on: {go: ⟦a}}"), .structure, "must say 'reenter: true'")
        try refuses(chart("{on: {go: [b, ⟦{guard: 'In(\"b\")', target: b}]}}"), .structure, "never reached")
        try refuses(chart("{always: ⟦{actions: mark}}"), .structure, "never come to rest")
        try refuses(
            chart("{type: parallel, states: {x: {initial: i, states: {i: {on: {go: ⟦'#y'}}}}, y: {}}}"), .structure,
            "from one region of 'a' into another")
        try refuses(chart("{on: {go: {target: b, reenter: ⟦1}}}"), .shape, "expected true or false, found a number")
        try refuses(
            chart("{initial: x, onDone: b, states: {x: {}}, on: {⟦done.state.a: b}}"), .structure, "in another place")
    }

    @Test func `invocations`() throws {
        try refuses(chart("{invoke: ⟦{src: probe, timeout: 1s, onDone: b}}"), .structure, "'probe' needs 'onError'")
        try refuses(chart("{invoke: ⟦{src: probe, timeout: 1s, onError: b}}"), .structure, "'probe' needs 'onDone'")
        try refuses(chart("{invoke: ⟦{src: probe, onError: b, onDone: b}}"), .structure, "'probe' needs 'timeout'")
        try refuses(
            chart("{invoke: {src: ⟦triag, timeout: 1s, onDone: b, onError: b}}"), .vocabulary,
            "did you mean 'triage'?")
        try refuses(
            chart("{invoke: {src: probe, timeout: ⟦5m, onDone: b, onError: b}}"), .vocabulary, "'5m' is no delay")
        let invoke = "{src: probe, timeout: 1s, onDone: b, onError: b}"
        try refuses(
            chart("{invoke: [\(invoke), \(invoke.replacing("probe", with: "⟦probe"))]}"), .structure,
            "another invocation has the id 'probe'")
    }

    @Test func `words that the service does not know`() throws {
        try refuses(chart("{entry: ⟦marc}"), .vocabulary, "there is no action 'marc'; did you mean 'mark'?")
        try refuses(chart("{entry: {type: notify, params: {⟦too: \"'x'\"}}}"), .type, "did you mean 'to'?")
        try refuses(chart("{entry: {type: notify, params: ⟦{}}}"), .type, "needs the parameter 'to'")
        try refuses(chart("{after: {⟦triage.backof: b}}"), .vocabulary, "did you mean 'triage.backoff'?")
        try refuses(chart("{entry: {type: cancel, timer: ⟦5s}}"), .target, "no 'after' has the key '5s'")
        let events = "schemas: {events: {approve: {type: object}}}\n"
        try refuses(chart("{on: {⟦aprove: b}}", events), .vocabulary, "did you mean 'approve'?")
        try refuses(chart("{on: {⟦mail.*: b}}", events), .vocabulary, "nothing sends the event 'mail.*'")
        try refuses(chart("{}", "schemas: {events: {⟦job.x: {type: object}}}\n"), .vocabulary, "the service's own")
        try refuses(chart("{}", "schemas: {events: {x: ⟦{type: object, minimun: 3}}}\n"), .shape, "no schema")
        try refuses(chart("{on: {⟦'': b}}"), .shape, "belongs to 'always'")
    }

    @Test func `types are checked where they are declared`() throws {
        let head = "schemas: {context: {type: object, required: [n], properties: {n: {type: integer}}}}\n"
        try refuses(chart("{}", head + "context: {n: ⟦x}\n"), .type, "context.n: expected integer, found string")
        try refuses(chart("{}", head + "context: {n: 1, m: ⟦2}\n"), .type, "the context has no member 'm'")
        try refuses(chart("{}", head + "context: ⟦{}\n"), .type, "'n' is missing")
        let full = head + "context: {n: 1}\n"
        try refuses(chart("{on: {go: {context: {⟦m: 1}}}}", full), .type, "the context has no member 'm'")
        try refuses(
            chart("{on: {go: {context: {n: ⟦\"'x'\"}}}}", full), .type, "'n' is int, but the value is the string 'x'")
        try refuses(chart("{on: {go: {guard: context.n ⟦== 'x', target: b}}}", full), .type, "int is never equal")
        try refuses(
            chart("{on: {go: {guard: ⟦context.n, target: b}}}", full).replacing("⟦context.n", with: "context.⟦n"),
            .type, "a guard is a bool")
        try refuses(chart("{on: {go: {guard: ⟦true, target: b}}}", full), .shape, "found a boolean")
        try refuses(chart("{on: {go: {guard: '⟦true', target: b}}}", full), .structure, "always true")
        try refuses(
            chart(
                "{invoke: {src: triage, timeout: 1s, onError: b, "
                    + "onDone: [{guard: event.facts.decision ⟦== 'riject', target: b}, b]}}"
            ),
            .type, "is never equal to the string 'riject'")
        try refuses(
            chart("{invoke: {src: probe, timeout: 1s, onDone: b, onError: [{guard: event.code ⟦== 3, target: b}, b]}}"),
            .type, "string is never equal to int")
        try refuses(
            chart("{on: {job.assigned: {guard: event.⟦attemt > 1, target: b}}}"), .type, "did you mean 'attempt'?")
        try refuses(
            chart("{always: {guard: settings.triage.⟦max > 1, target: b}}"), .type,
            "'settings.triage' has no member 'max'")
    }

    @Test func `places within quoted, escaped and folded expressions`() throws {
        try refuses(chart("{on: {go: {guard: \"'\\u00e9' == ⟦x\", target: b}}}"), .expression, "'x' is not known")
        try refuses(chart("{on: {go: {guard: '''a'' == ⟦x', target: b}}}"), .expression, "'x' is not known")
        let folded = "\n    on:\n      go:\n        guard: >-\n          1 == 1\n          && ⟦x\n        target: b"
        try refuses(chart(folded), .expression, "'x' is not known")
        let spread = "\n    on:\n      go:\n        guard: 1 == 1\n          && ⟦x\n        target: b"
        try refuses(chart(spread), .expression, "'x' is not known")
    }

    @Test func `an optional member needs has, and a guard that asks covers the whole transition`() throws {
        let head = "schemas: {events: {no: {type: object, properties: {why: {type: string}}}}}\ncontext: {why: ''}\n"
        try refuses(chart("{on: {no: {context: {why: event.⟦why}}}}", head), .type, "may be absent")
        let fine = chart("{on: {no: {guard: has(event.why), context: {why: event.why}}}}", head)
        #expect(Charts.check(fine) == [])
    }

    @Test func `all mistakes are reported together, in the order of the file`() {
        let text = chart("{on: {go: c, went: {cond: x}}, entry: marc}")
        #expect(Charts.check(text).map(\.column) == [16, 26, 44])
    }
}
