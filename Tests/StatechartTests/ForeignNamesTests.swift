import ChartFormat
import Statechart
import Testing

/// Names and forms of XState: what is the same here, and what is refused by name with what to write.
struct ForeignNamesTests {
    private func chart(_ body: String, _ more: String = "") -> String {
        untyped("\(more)initial: a\nstates:\n  a: \(body)\n  b: {}\n")
    }

    private func same(_ left: String, _ right: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let (left, right) = (try Charts.read(left), try Charts.read(right))
        #expect(left.digest == right.digest, sourceLocation: sourceLocation)
    }

    @Test func `the short forms of version 5 are the long forms`() throws {
        try same(chart("{entry: mark, on: {go: b}}"), chart("{entry: [{type: mark}], on: {go: [{target: [b]}]}}"))
        try same(chart("{after: {500: b}}"), chart("{after: {'500': {target: b}}}"))
        try same(
            chart("{initial: x, states: {x: {}, h: {history: true}}}"),
            chart("{initial: x, states: {x: {}, h: {type: history, history: shallow}}}"))
        try same(chart("{tags: one}"), chart("{tags: [one]}"))
        try same(chart("{on: {go: [{target: '#b'}]}}"), chart("{on: {go: {target: '#test.b'}}}"))
    }

    @Test func `events that XState names itself are ours under another name`() throws {
        let body = "{initial: x, states: {x: {type: final}}, "
        try same(chart(body + "onDone: b}"), chart(body + "on: {xstate.done.state.test.a: b}}"))
        try same(chart(body + "onDone: b}"), chart(body + "on: {done.state.a: b}}"))
        try same(
            chart("{initial: x, id: mine, states: {x: {type: final}}, onDone: b}"),
            chart("{initial: x, id: mine, states: {x: {type: final}}, on: {xstate.done.state.mine: b}}"))
        let invoke = "invoke: {src: probe, timeout: 1s, onDone: b, onError: b}"
        let inner = { (event: String) in
            chart("{\(invoke), initial: x, states: {x: {on: {\(event): b}}}}").replacing("b}}}}", with: "'#b'}}}}")
        }
        try same(inner("xstate.done.actor.probe"), inner("done.invoke.probe"))
        try same(inner("xstate.error.actor.probe"), inner("error.invoke.probe"))
        let timer = { (event: String) in
            chart("{after: {5s: b}, initial: x, states: {x: {on: {\(event): '#b'}}}}")
        }
        try same(timer("xstate.after.5s.test.a"), timer("'xstate.after.5s.test.a'"))
        let found = try Charts.read(timer("xstate.after.5s.test.a")).states[2].transitions.first?.events
        #expect(found == [.exact("timer.a/5s")])
    }

    @Test func `events that no chart can hear are refused with what to write`() throws {
        for (name, advice) in [
            ("xstate.done.actor", "write 'done.invoke.'"), ("xstate.timer", "write 'after'"),
            ("xstate.init", "stands in 'entry'"), ("xstate.snapshot.x", "progress reaches no chart"),
            ("error.platform.x", "version 4's name"), ("xstate.error", "hear nothing of the kind"),
        ] {
            try refuses(chart("{on: {⟦\(name): b}}"), .vocabulary, advice)
        }
        try refuses(chart("{on: {⟦xstate.done.state.no: b}}"), .target, "there is no state '#no'")
        try refuses(chart("{on: {⟦xstate.after.5s.test.a: b}}"), .target, "no state has a timer")
    }

    @Test func `built-in actions have XState's names too`() throws {
        for prefix in ["xstate.", "'@xstate."] {
            let close = prefix.hasPrefix("'") ? "'" : ""
            let type = { (name: String) in "\(prefix)\(name)\(close)" }
            try same(
                chart("{entry: {type: \(type("raise")), event: {type: go, n: 1}}, on: {go: b}}"),
                chart("{entry: {type: raise, event: go, data: {n: 1}}, on: {go: b}}"))
            try same(
                chart("{entry: {type: \(type("log")), args: [\"'x'\"]}}"),
                chart("{entry: {type: log, message: \"'x'\"}}"))
            try same(
                chart("{entry: {type: \(type("assign")), context: {n: {'@expr': 1 + 1, '@lang': cel}}}}"),
                chart("{entry: {type: assign, context: {n: 1 + 1}}}"))
        }
        for (name, advice) in [
            ("sendTo", "'to'"), ("xstate.emit", "'send'"), ("'@xstate.spawnChild'", "use 'invoke'"),
            ("choose", "version 4's name"), ("xstate.enqueueActions", "a guard for each case"),
        ] {
            try refuses(chart("{entry: ⟦{type: \(name)}}"), .vocabulary, advice)
        }
    }

    @Test func `keys of other versions are refused by name`() throws {
        for (body, advice) in [
            ("{⟦onExit: mark}", "version 4's name; write 'exit'"), ("{⟦activities: mark}", "use 'invoke'"),
            ("{⟦route: {}}", "write that event in 'on'"), ("{⟦internalEvents: []}", "use 'raise'"),
            ("{⟦data: {}}", "write 'output'"), ("{⟦input: {}}", "'input' on 'invoke'"),
            ("{⟦onError: b}", "belongs to 'invoke'"),
            ("{on: {go: {⟦matches: {}, target: b}}}", "a guard on event's members"),
            ("{invoke: {src: probe, timeout: 1s, onDone: b, onError: b, ⟦autoForward: true}}", "jobs hear no events"),
            ("{invoke: {src: probe, timeout: 1s, onDone: b, onError: b, ⟦finalize: []}}", "write 'context'"),
            ("{invoke: {⟦registryKey: x, src: probe, timeout: 1s, onDone: b, onError: b}}", "write 'id'"),
            ("{entry: {type: log, message: {⟦'@code': x}}}", "scripts do not run here"),
            ("{entry: {type: cancel, ⟦sendId: x, timer: 1s}, after: {1s: b}}", "write 'id'"),
        ] {
            try refuses(chart(body), .unknownKey, advice)
        }
        for (line, advice) in [
            ("⟦output: 1\n", "on the final states"), ("⟦schema: {}\n", "write 'schemas'"),
            ("⟦predictableActionArguments: true\n", "version 4's switch"), ("⟦actors: {}\n", "'charts'"),
            ("schemas: {⟦actors: {}}\n", "declares its own"),
            ("schemas: {⟦output: {}}\n", "follow from their 'output'"),
        ] {
            try refuses(chart("{}", line), .unknownKey, advice)
        }
        try refuses(chart("{on: ⟦[{event: go, target: b}]}"), .shape, "version 4's list")
        try refuses(chart("{after: ⟦[{delay: 5, target: b}]}"), .shape, "version 4's list")
    }

    @Test func `a guard by name is defined in the file or refused`() throws {
        let guards = "context: {n: 1}\nguards: {big: context.n > 3, small: {when: {'@expr': context.n < 2}}}\n"
        try same(
            chart("{on: {go: {guard: big, target: b}, no: {guard: {type: small}, target: b}}}", guards),
            chart(
                "{on: {go: {guard: context.n > 3, target: b}, no: {guard: context.n < 2, target: b}}}",
                "context: {n: 1}\n"))
        try refuses(
            chart("{on: {go: {guard: ⟦bigg, target: b}}}", guards), .vocabulary, "define the name in 'guards'; did you")
        try refuses(
            chart("{on: {go: {guard: {type: big, ⟦params: {n: 1}}, target: b}}}", guards), .structure,
            "guards have no parameters")
        try refuses(chart("{}", "guards: {big: ⟦contex.n > 3}\n"), .expression, "'contex' is not known")
        let events = "schemas: {events: {go: {type: object, additionalProperties: false, properties: {}}}}\n"
        try refuses(
            chart("{on: {go: {guard: ⟦late, target: b}}}", events + "guards: {late: event.late}\n"), .type,
            "in the guard 'late': 'event' has no member 'late'")
    }
}
