import ChartFormat
import ChartLint
import Testing

/// The largest files that are taken cost no more than their size.
struct ChartLimitTests {
    private func check(_ head: String, _ state: (Int) -> String, count: Int = 700) throws -> [LintFinding] {
        let states = (0..<count).map { "  s\($0): \(state($0))\n" }.joined()
        return try Linting.findings(untyped(head + "initial: s0\nstates:\n" + states + "  end: {type: final}\n"))
    }

    @Test func `long chains, wide charts and many loops are linted in time`() throws {
        let chain = try check("") { "{after: {1s: \($0 == 0 ? "end" : "s\($0 - 1)"), 2s: s\(($0 + 1) % 700)}}" }
        #expect(chain == [])
        let loops = try check("") { "{always: s\(($0 + 1) % 700)}" }
        #expect(loops.count { $0.code == .eventlessLoop } == 1)
        let early = try check("") { "{after: {1s: {guard: context.k\($0) > 1, target: s\(($0 + 1) % 700)}, 2s: end}}" }
        #expect(early.count { $0.code == .readBeforeWrite } == 700)
    }

    @Test func `many candidates and many regions are linted in time`() throws {
        let candidates = (0..<600).map { "{guard: context.n > \($0) && context.m < \($0), target: end}" }
        let text = untyped(
            "context: {n: 0, m: 0}\ninitial: a\nstates:\n  a: {on: {go: [\(candidates.joined(separator: ", "))]}}\n  end: {}\n"
        )
        #expect(try !Linting.findings(text).isEmpty)
        let regions = (0..<250).map { "r\($0): {initial: x, states: {x: {after: {1s: {context: {n: 1}}}}}}" }
        let wide = untyped(
            "context: {n: 0}\ninitial: a\nstates:\n  a: {type: parallel, after: {9s: end}, states: {\(regions.joined(separator: ", "))}}\n"
                + "  end: {type: final}\n")
        #expect(try Linting.findings(wide).contains { $0.code == .parallelWrite })
    }

    @Test func `charts within charts count as one file`() {
        let inner = { (count: Int) in (0..<count).map { "s\($0): {}" }.joined(separator: ", ") }
        let text = untyped(
            "charts: {c: {initial: s0, states: {\(inner(1500))}}}\ninitial: s0\nstates: {\(inner(600))}\n")
        #expect(Charts.check(text).contains { $0.code == .limit })
        var deep = "{initial: x, states: {x: {}}}"
        for _ in 0..<40 { deep = "{initial: x, states: {x: {}}, charts: {c: \(deep)}}" }
        #expect(Charts.check(untyped("initial: a\nstates: {a: {}}\ncharts: {c: \(deep)}")).map(\.code).contains(.limit))
    }
}
