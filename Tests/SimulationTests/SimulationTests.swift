import Simulation
import Testing

/// The whole engine on a virtual clock, with everything that can go wrong, judged after each commit.
///
/// `REJOINDER_SIMULATION_SEEDS` says how many seeds are run, `REJOINDER_SIMULATION_FIRST` from which on, on how many
/// `REJOINDER_SIMULATION_THREADS`; with one seed alone its trace is printed.
@Suite(.serialized) struct SimulationTests {
    static let first = SimulationRun.setting("REJOINDER_SIMULATION_FIRST") ?? 0
    static let seeds = SimulationRun.setting("REJOINDER_SIMULATION_SEEDS") ?? 60
    static let threads = SimulationRun.setting("REJOINDER_SIMULATION_THREADS") ?? 2

    @Test func `no law is broken on any seed`() async throws {
        if Self.seeds == 1 { return try await tell(Self.first) }
        let summary = try await SimulationRun.reports(Self.first..<Self.first + Self.seeds, threads: Self.threads)
        print(summary.text)
        for (seed, text) in summary.violations {
            Issue.record("seed \(seed): \(text)\nAgain, with its trace: make simulate SEEDS=1 FIRST=\(seed)")
        }
        guard Self.seeds >= 2000, summary.violations.isEmpty else { return }
        #expect(summary.missing.isEmpty, "never exercised: \(summary.missing.map(\.rawValue))")
    }

    private func tell(_ seed: Int) async throws {
        let report = try await SimulationRun.report(seed, isTraced: true)
        for line in report.trace { print(line) }
        print("seed \(seed): \(report.steps) steps, trace \(report.traceHash)")
        if let violation = report.violation { Issue.record("seed \(seed): \(violation)") }
    }

    /// Two runs of one process have their maps at other addresses, and so in other orders.
    @Test(arguments: 1...12) func `the same seed gives the same run`(seed: Int) async throws {
        let first = try await SimulationRun.report(seed)
        let second = try await SimulationRun.report(seed)
        #expect(first.traceHash == second.traceHash)
        #expect(first.steps == second.steps)
        #expect(first.virtualSeconds == second.virtualSeconds)
    }

    @Test func `endpoints that are down for eighty minutes cost no post, and what waited is done within the same time`()
        async throws
    {
        let posts = 120
        let report = try await SimulationRun.outage(minutes: 80, posts: posts, seed: 1)
        if let violation = report.violation { Issue.record("seed 1: \(violation)") }
        #expect(report.tally[.comments] == posts && report.tally[.endpointFaults] > 80)
        print("outage: all is done \(Int(report.virtualSeconds) - 80 * 60) s after it")
    }

    @Test func `another seed gives another run`() async throws {
        let first = try await SimulationRun.report(1)
        let second = try await SimulationRun.report(2)
        #expect(first.traceHash != second.traceHash)
    }
}
