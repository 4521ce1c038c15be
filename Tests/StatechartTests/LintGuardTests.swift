import ChartFormat
import ChartLint
import Testing

/// What can be said of guards without running them.
struct LintGuardTests {
    private let head = """
        chart: 1
        id: test
        schemas:
          context:
            type: object
            required: [n, m, kind, flag]
            properties:
              n: {type: integer}
              m: {type: integer}
              kind: {type: string, enum: [x, y, z]}
              flag: {type: boolean}
          events: {go: {type: object, properties: {why: {type: string}}}}
        context: {n: 0, m: 0, kind: x, flag: false}
        initial: a
        states:
          b: {type: final}
          a:

        """

    private func chart(_ candidates: [String], event: String = "on: {go: %}") -> String {
        let list = candidates.map { "      - \($0)\n" }.joined()
        let body = "    meta: {waiting: person}\n    " + event.replacing("%}", with: "\n")
        return head + body.replacing("{go: ", with: "\n      go:").replacing("{1s: ", with: "\n      1s:") + list
    }

    private func guards(_ texts: String..., event: String = "on: {go: %}") -> String {
        chart(
            texts.map { text in
                text.isEmpty
                    ? "{target: b}"
                    : text.hasPrefix("⟦")
                        ? "⟦{guard: \"\(text.dropFirst())\", target: b}" : "{guard: \"\(text)\", target: b}"
            }, event: event)
    }

    @Test func `identical guards`() throws {
        try finds(.identicalGuards, guards("context.n > 1", "⟦context.n > 1"))
        try spares(.identicalGuards, guards("context.n > 1", "context.n > 2"))
    }

    @Test func `candidates that those before them cover`() throws {
        for (first, second) in [
            ("context.n > 1", "context.n > 5"), ("context.n >= 2", "context.n == 3"),
            ("3 < context.n", "context.n > 7"),
            ("context.kind != 'x'", "context.kind == 'y'"), ("context.kind in ['x', 'y']", "context.kind == 'x'"),
            ("context.flag", "context.flag && context.n > 1"), ("context.n > 1 || context.flag", "context.flag"),
            ("context.n < context.m", "context.m > context.n && context.flag"),
            ("has(event.why)", "has(event.why) && event.why == 'x'"), ("context.n > 3", "context.n >= 4"),
        ] {
            try finds(.deadCandidate, guards(first, "⟦\(second)"))
        }
        for (first, second) in [
            ("context.n > 5", "context.n > 1"), ("context.kind == 'x'", "context.kind == 'y'"),
            ("context.n < context.m", "context.n <= context.m"), ("context.flag", "context.n > 1"),
        ] {
            try spares(.deadCandidate, guards(first, second))
        }
        try finds(
            .deadCandidate,
            chart(["{guard: context.n > 1, target: b}", "{guard: context.n <= 1, target: b}", "⟦{target: b}"]))
        try finds(
            .deadCandidate,
            chart(
                ["x", "y", "z"].map { "{guard: context.kind == '\($0)', target: b}" } + ["⟦{target: b}"]))
    }

    @Test func `guards that are constant without looking so`() throws {
        for text in [
            "context.n > 3 && context.n < 2", "context.n > 3 && context.n < 4", "context.flag && !context.flag",
            "context.kind == 'x' && context.kind == 'y'", "context.n < context.m && context.n >= context.m",
        ] {
            try finds(.constantGuard, guards("⟦\(text)", ""), "never holds")
        }
        try finds(.constantGuard, guards("⟦context.n > 3 || context.n <= 3"), "always holds")
        try finds(.constantGuard, guards("⟦context.kind in ['x', 'y', 'z']"), "always holds")
        for text in ["context.n > 3 && context.m < 2", "context.n > 3 && context.n < 5", "context.kind in ['x', 'y']"] {
            try spares(.constantGuard, guards(text, ""))
        }
    }

    @Test func `guards that can hold at once`() throws {
        try finds(.nondeterministicGuards, guards("context.n > 1", "⟦context.n < 5", ""), "can hold at once")
        try finds(
            .nondeterministicGuards, guards("context.kind in ['x', 'y']", "⟦context.kind in ['y', 'z']"),
            "can hold at once")
        try finds(
            .nondeterministicGuards, chart(["⟦{guard: context.n > 1, target: b}", "{guard: context.flag, target: b}"]),
            "no fallback")
        for pair in [
            ["context.n > 1", "context.n <= 1"], ["context.n > 5", "context.n > 1"],
            ["context.n > 1", "context.flag", ""],
        ] {
            try spares(
                .nondeterministicGuards,
                chart(pair.map { $0.isEmpty ? "{target: b}" : "{guard: \($0), target: b}" }))
        }
    }

    @Test func `events that come once and find no guard`() throws {
        let timer = "after: {1s: %}"
        try finds(.noFallback, guards("⟦context.n > 1", event: timer))
        try spares(.noFallback, guards("context.n > 1", "", event: timer))
        try spares(.noFallback, guards("context.n > 1", "context.n <= 1", event: timer))
        try spares(
            .noFallback, guards("context.kind == 'x'", "context.kind in ['y', 'z']", event: timer))
        try spares(.noFallback, guards("context.n > 1"))
    }

    @Test func `facts of a job are known by the vocabulary`() throws {
        let text = """
            chart: 1
            id: test
            initial: a
            states:
              a:
                invoke:
                  src: triage
                  timeout: 1s
                  onDone:
                    - {guard: "event.facts.decision == 'research'", target: b}
                    - {guard: "event.facts.decision != 'research'", target: b}
                  onError: b
              b: {type: final}
            """
        try spares(.noFallback, text)
        try finds(
            .noFallback,
            text.replacing(
                "- {guard: \"event.facts.decision == 'research'\"",
                with: "- ⟦{guard: \"event.facts.decision == 'research'\""
            )
            .replacing("!= 'research'", with: "== 'reject'"))
    }
}
