import ChartFormat
import ChartLint
import Testing

/// The context, timers, and what a file says about findings.
struct LintContextTests {
    private func chart(_ states: String, _ head: String = "") -> String {
        untyped(head + "initial: a\nstates:\n" + states + "\n")
    }

    @Test func `members of the context that nothing reads`() throws {
        let head = "context: {⟦n: 0}\n"
        try finds(.unreadContext, chart("  a: {after: {1s: {context: {n: 1}, target: b}}}\n  b: {type: final}", head))
        for read in ["context.n", "has(context.n)", "size(context)"] {
            try spares(
                .unreadContext,
                chart(
                    "  a: {after: {1s: [{guard: \"\(read) == \(read)\", target: b}, b]}}\n  b: {type: final}",
                    head.replacing("⟦", with: "")))
        }
        try finds(
            .unreadContext, chart("  ⟦a: {entry: {type: assign, context: {m: 1}}, after: {1s: b}}\n  b: {type: final}"))
    }

    @Test func `members that are read before anything wrote them`() throws {
        let states = """
              a: {after: {1s: {context: {n: 1}, target: b}, 2s: b}}
              b: {after: {1s: [{guard: ⟦context.n > 1, target: c}, c]}}
              c: {type: final}
            """
        try finds(.readBeforeWrite, chart(states))
        try spares(.readBeforeWrite, chart(states.replacing("⟦", with: "").replacing(", 2s: b", with: "")))
        try spares(
            .readBeforeWrite,
            chart(states.replacing("⟦context.n > 1", with: "has(context.n) && context.n > 1")))
        try spares(.readBeforeWrite, chart(states.replacing("⟦", with: ""), "context: {n: 0}\n"))
        try spares(
            .readBeforeWrite,
            chart(
                states.replacing("⟦", with: "").replacing(
                    "  b: {", with: "  b: {entry: {type: assign, context: {n: 1}}, ")))
    }

    @Test func `timers of no length`() throws {
        try finds(.timerZero, chart("  a: {after: {⟦0: b}}\n  b: {type: final}"))
        try finds(.timerZero, chart("  a: {⟦timeout: 0s, onTimeout: b}\n  b: {type: final}"))
        try spares(.timerZero, chart("  a: {after: {1ms: b}}\n  b: {type: final}"))
    }

    @Test func `timers that end work before its timeout`() throws {
        let invoke = { (timeout: String) in "invoke: {src: probe, timeout: \(timeout), onDone: b, onError: b}" }
        try finds(.timerBeforeTimeout, chart("  a: {\(invoke("PT1M")), after: {⟦30s: b}}\n  b: {type: final}"))
        try finds(
            .timerBeforeTimeout,
            chart(
                "  a: {initial: x, after: {⟦30s: b}, states: {x: {\(invoke("PT1M").replacing(" b", with: " '#b'"))}}}\n  b: {type: final}"
            ))
        try spares(.timerBeforeTimeout, chart("  a: {\(invoke("10s")), after: {30s: b}}\n  b: {type: final}"))
        try spares(
            .timerBeforeTimeout, chart("  a: {\(invoke("PT1M")), after: {30s: {actions: mark}}}\n  b: {type: final}"))
        try spares(
            .timerBeforeTimeout, chart("  a: {\(invoke("triage.timeout")), after: {30s: b}}\n  b: {type: final}"))
    }

    @Test func `work whose end leads nowhere`() throws {
        let text =
            "  ⟦a: {invoke: {src: probe, timeout: 1s, onDone: {actions: mark}, onError: {actions: mark}}, after: {30s: b}}\n  b: {type: final}"
        try finds(.timerOnlyExit, chart(text))
        try spares(
            .timerOnlyExit, chart(text.replacing("⟦", with: "").replacing("onDone: {actions: mark}", with: "onDone: b"))
        )
    }

    @Test func `findings are accepted for a state, or for one subject`() throws {
        let text = { (lint: String, state: String) in
            self.chart("  a: {\(state)after: {0: b}}\n  b: {after: {0: c}}\n  c: {type: final}", lint)
        }
        let lines = { (text: String) in try Linting.findings(text).map { "\($0.line) \($0.code.rawValue)" } }
        #expect(try lines(text("", "")) == ["5 timer-zero", "6 timer-zero"])
        #expect(try lines(text("", "lint: {accept: {timer-zero: at once}}, ")) == ["6 timer-zero"])
        #expect(try lines(text("lint: {accept: {timer-zero/b/0: at once}}\n", "")) == ["6 timer-zero"])
        #expect(
            try lines(text("lint: {accept: {timer-zero/x: a, time-zero: b}}\n", ""))
                == ["3 stale-acceptance", "3 unknown-acceptance", "6 timer-zero", "7 timer-zero"])
        try refuses(text("lint: {accept: {timer-zero: ⟦''}}\n", ""), .shape, "expected the reason")
        try refuses(text("lint: {⟦acept: {}}\n", ""), .unknownKey, "did you mean 'accept'?")
        #expect(
            try Charts.read(text("", "")).digest == Charts.read(text("lint: {accept: {timer-zero: x}}\n", "")).digest)
    }

    @Test func `acceptances have findings of their own`() throws {
        let text = chart("  a: {after: {1s: b}}\n  b: {type: final}", "lint: {accept: {⟦timer-zero: x}}\n")
        try finds(.staleAcceptance, text)
        try finds(.unknownAcceptance, text.replacing("timer-zero", with: "timer-nil"))
        try spares(.staleAcceptance, text.replacing("⟦", with: "").replacing("1s", with: "0s"))
        try spares(.unknownAcceptance, text.replacing("⟦", with: ""))
    }

    @Test func `the post's chart is clean`() throws {
        let found = try Linting.findings(PostChartTests.text, PostChartTests.vocabulary)
        #expect(found == [], "\(found.map(\.description))")
    }

    @Test func `exports are looked at with what can be said of them`() throws {
        let found = try StatelyExports.all.flatMap { name, text in
            try Linting.findings(text, .open, .xstate).map { "\(name): \($0.code.rawValue)" }
        }
        #expect(found.contains("elevator: cross-region-transition") && found.contains("toggle: no-final"))
        #expect(!found.contains { $0.hasSuffix("undeclared-event") || $0.hasSuffix("waits-unmarked") }, "\(found)")
    }
}
