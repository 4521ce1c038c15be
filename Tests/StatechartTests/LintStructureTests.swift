import ChartFormat
import ChartLint
import Testing

/// States that nothing leads to or out of, ends, loops.
struct LintStructureTests {
    private let go = "schemas: {events: {go: {type: object}}}\n"

    private func chart(_ states: String) -> String { untyped(go + "initial: a\nstates:\n" + states) }

    @Test func `unreachable states`() throws {
        try finds(.unreachableState, chart("  a: {on: {go: b}}\n  ⟦c: {on: {go: b}}\n  b: {type: final}"))
        try finds(
            .unreachableState, chart("  a: {initial: x, on: {go: b}, states: {x: {}, ⟦y: {}}}\n  b: {type: final}"))
        try spares(.unreachableState, chart("  a: {on: {go: b}}\n  b: {type: final}"))
        // The end of a state that cannot end leads nowhere.
        try finds(
            .unreachableState,
            chart("  a: {initial: x, onDone: c, on: {go: b}, states: {x: {}, f: {type: final}}}\n  b: {}\n  ⟦c: {}"))
        let history = "  a: {initial: x, on: {go: b}, states: {x: {}, h: {type: history, target: x}}}\n  b: {on: {go: "
        try spares(.unreachableState, chart(history + "a.h}}"))
        try finds(
            .unreachableState, chart(history.replacing("h: {", with: "⟦h: {") + "a}}"),
            "no transition goes to this history")
    }

    @Test func `histories without a default`() throws {
        let text = "  a: {initial: x, on: {go: b}, states: {x: {}, ⟦h: {type: history}}}\n  b: {on: {go: a.h}}"
        try finds(.historyWithoutDefault, chart(text))
        try spares(
            .historyWithoutDefault,
            chart(text.replacing("⟦", with: "").replacing("history}", with: "history, target: x}")))
    }

    @Test func `traps`() throws {
        try finds(.trapState, chart("  a: {on: {go: b}}\n  ⟦b: {}"), "nothing leads out of 'b'")
        try spares(.trapState, chart("  a: {on: {go: b}}\n  b: {type: final}"))
        try spares(.trapState, chart("  a: {initial: x, states: {x: {}}, on: {go: b}}\n  b: {type: final}"))
        let inner = "  a: {initial: x, states: {x: {on: {go: f}}, ⟦f: {type: final}}}"
        try finds(.trapState, chart(inner), "'a.f' ends 'a', and nothing takes that")
        try spares(
            .trapState,
            chart(
                inner.replacing("⟦", with: "").replacing("x, states", with: "x, onDone: b, states")
                    + "\n  b: {type: final}"))
    }

    @Test func `ends that are missing or out of reach`() throws {
        try finds(.noFinal, chart("  a: {on: {go: b}}\n  b: {on: {go: a}}").replacing("chart: 1", with: "⟦chart: 1"))
        try spares(.noFinal, chart("  a: {on: {go: b}}\n  b: {type: final}"))
        try finds(
            .noPathToFinal,
            chart(
                "  a: {on: {go: [{guard: 'In(\"a\")', target: b}, {target: c}]}}\n  ⟦b: {on: {go: d}}\n  d: {on: {go: b}}\n  c: {type: final}"
            ))
        try spares(.noPathToFinal, chart("  a: {on: {go: b}}\n  b: {on: {go: c}}\n  c: {type: final}"))
        let regions = """
              a:
                type: parallel
                onDone: b
                states:
                  x: {initial: i, states: {i: {on: {go: f}}, f: {type: final}}}
                  y: {initial: i, states: {i: {on: {go: f}}, f: {type: final}}}
              b: {type: final}
            """
        for code in [LintCode.noPathToFinal, .trapState, .neverDone, .unreachableState] {
            try spares(code, chart(regions))
        }
    }

    @Test func `an end that nothing within can reach`() throws {
        let text = "  a: {initial: x, onDone: ⟦b, on: {go: b}, states: {x: {}, f: {type: final}}}\n  b: {type: final}"
        try finds(.neverDone, chart(text))
        try spares(
            .neverDone, chart(text.replacing("⟦", with: "").replacing("x: {}", with: "x: {on: {go: f}}")))
    }

    @Test func `eventless loops`() throws {
        let loop = "  a: {always: ⟦b}\n  b: {always: a}"
        try finds(.eventlessLoop, chart(loop), "nothing stops them", severity: .error)
        let guarded = "context: {n: 0}\n" + chart("  a: {always: ⟦{guard: context.n < 3, target: b}}\n  b: {always: a}")
        try finds(
            .eventlessLoop,
            guarded.replacing("chart: 1\n", with: "").replacing("context: {n", with: "chart: 1\ncontext: {n"),
            "nothing on the way changes", severity: .warning)
        let counted = chart(
            "  a: {always: {guard: context.n < 3, target: b}, on: {go: c}}\n"
                + "  b: {always: {context: {n: context.n + 1}, target: a}}\n  c: {type: final}"
        ).replacing("id: test", with: "id: test\ncontext: {n: 0}")
        try spares(.eventlessLoop, counted)
        #expect(try Machine(counted).configuration == ["a"])
    }

    @Test func `outputs of a child's final states`() throws {
        let text = """
            chart: 1
            id: test
            charts:
              c:
                initial: x
                states:
                  x: {after: {1s: y, 2s: z}}
                  y: {type: final, output: 1}
                  ⟦z: {type: final}
            initial: a
            states:
              a: {invoke: {src: c, onDone: b}}
              b: {type: final}
            """
        try finds(
            .finalWithoutOutput,
            text.replacing("c:\n    initial", with: "c:\n    lint: {accept: {}}\n    initial")
                .replacing("chart: 1", with: "chart: 1\nlint: {accept: {}}"))
        try spares(
            .finalWithoutOutput, text.replacing("⟦z: {type: final}", with: "z: {type: final, output: 2}"))
    }

    @Test func `charts and guards that nothing uses`() throws {
        let charts = "charts: {⟦c: {initial: x, states: {x: {type: final}}}}\n"
        try finds(.unusedChart, charts.withHead + "initial: a\nstates: {a: {after: {1s: b}}, b: {type: final}}")
        try spares(
            .unusedChart,
            charts.replacing("⟦", with: "").withHead
                + "initial: a\nstates: {a: {invoke: {src: c, onDone: b}}, b: {type: final}}")
        let guards = "context: {n: 1}\nguards: {⟦big: context.n > 1}\n"
        try finds(.unusedGuard, guards.withHead + "initial: a\nstates: {a: {after: {1s: b}}, b: {type: final}}")
        try spares(
            .unusedGuard,
            guards.replacing("⟦", with: "").withHead
                + "initial: a\nstates: {a: {after: {1s: [{guard: big, target: b}, b]}}, b: {type: final}}")
    }
}

extension String {
    fileprivate var withHead: String { untyped(self) }
}
