import ChartFormat
import ChartLint
import Testing

/// Events, waiting, regions.
struct LintEventTests {
    private let go = "schemas: {events: {go: {type: object}}}\n"

    private func chart(_ states: String, _ head: String? = nil) -> String {
        untyped((head ?? go) + "initial: a\nstates:\n" + states + "\n")
    }

    @Test func `events that nothing sends`() throws {
        try finds(
            .undeclaredEvent, chart("  a: {after: {1s: b}, on: {stop: ⟦b}}\n  b: {type: final}", ""),
            "refused at the door")
        try finds(
            .undeclaredEvent, chart("  a: {after: {1s: b}, on: {done.state.c: ⟦b}}\n  b: {type: final}"),
            "no state, invocation")
        try finds(
            .undeclaredEvent, chart("  a: {after: {1s: b}, on: {error.invoke.x: ⟦b}}\n  b: {type: final}"))
        try spares(
            .undeclaredEvent,
            chart("  a: {after: {1s: b}, on: {go: b, timer.a/1s: b}}\n  b: {}").replacing(", timer.a/1s: b", with: ""))
        try spares(
            .undeclaredEvent, chart("  a: {entry: {type: raise, event: stop}, on: {stop: b}}\n  b: {type: final}", ""))
    }

    @Test func `declared events that nothing takes`() throws {
        let head = "schemas: {events: {go: {type: object}, ⟦halt: {type: object}}}\n"
        try finds(.unusedEvent, chart("  a: {on: {go: b}}\n  b: {type: final}", head))
        for name in ["halt", "'halt.*'", "'*'"] {
            try spares(
                .unusedEvent,
                chart("  a: {on: {go: b, \(name): b}}\n  b: {type: final}", head.replacing("⟦", with: "")))
        }
    }

    @Test func `raised events that nothing takes`() throws {
        for delay in ["", ", delay: 1s"] {
            let raise = { (event: String) in
                self.chart("  ⟦a: {entry: {type: raise, event: \(event)\(delay)}, on: {go: b}}\n  b: {type: final}")
            }
            try finds(.unhandledRaise, raise("gone"))
            try spares(.unhandledRaise, raise("go").replacing("⟦", with: ""))
        }
    }

    @Test func `events for another chart that it does not take`() throws {
        let text = ChildChartTests.text
        try spares(.unhandledSend, text)
        let deaf = text.replacing("      half: {context: {n: event.at}}\n", with: "")
        try finds(
            .unhandledSend,
            deaf.replacing("      going:\n", with: "      ⟦going:\n").replacing(
                "chart: 1", with: "chart: 1\nlint: {accept: {}}"))
    }

    @Test func `states that nobody can wake`() throws {
        try finds(.waitingForNobody, chart("  ⟦a: {on: {stop: b}}\n  b: {type: final}", ""), "waits for stop")
        try spares(.waitingForNobody, chart("  a: {on: {go: b}}\n  b: {type: final}"))
        try spares(.waitingForNobody, chart("  a: {on: {stop: b}, after: {1s: b}}\n  b: {type: final}", ""))
    }

    @Test func `states that wait for a person without saying so`() throws {
        try finds(.waitsUnmarked, chart("  ⟦a: {on: {go: b}}\n  b: {type: final}"))
        try spares(.waitsUnmarked, chart("  a: {meta: {waiting: person}, on: {go: b}}\n  b: {type: final}"))
        try spares(.waitsUnmarked, chart("  a: {on: {go: b}, after: {1s: b}}\n  b: {type: final}"))
    }

    @Test func `wildcards that take what a state around them waits for`() throws {
        let invoke = "invoke: {src: probe, timeout: 1s, onDone: b, onError: b}"
        for wild in ["'*'", "'error.*'", "'done.invoke.*'"] {
            try finds(
                .wildcardSwallowsErrors,
                chart(
                    "  a: {\(invoke), initial: x, states: {x: {on: {\(wild): ⟦{actions: mark}}}}}\n  b: {type: final}"))
        }
        try spares(.wildcardSwallowsErrors, chart("  a: {\(invoke), on: {'*': {actions: mark}}}\n  b: {type: final}"))
        try spares(
            .wildcardSwallowsErrors,
            chart("  a: {\(invoke), initial: x, states: {x: {on: {'go.*': {actions: mark}}}}}\n  b: {type: final}"))
    }

    private func regions(_ first: String, _ second: String) -> String {
        """
          a:
            type: parallel
            meta: {waiting: person}
            states:
              x: {initial: i, states: {i: {on: {go: \(first)}}, j: {}}}
              y: {initial: k, states: {k: {on: {go: \(second)}}, l: {}}}
          b: {type: final}
        """
    }

    @Test func `transitions between regions`() throws {
        try finds(
            .crossRegionTransition,
            chart(regions("⟦{target: a.y.l, reenter: true}", "l").replacing("a.y.l", with: "'#l'")))
        try spares(.crossRegionTransition, chart(regions("j", "{target: '#b'}")))
    }

    @Test func `regions that write one member of the context`() throws {
        let head = "context: {n: 0}\n" + go
        try finds(
            .parallelWrite,
            chart(regions("{context: {n: 1}}", "{context: {n: 2}}").replacing("  a:", with: "  ⟦a:"), head))
        try spares(.parallelWrite, chart(regions("{context: {n: 1}}", "l"), head))
    }
}
