import Foundation
import Testing

/// The interpreter against the oracle on random charts and random events.
///
/// `REJOINDER_PROOF_SEEDS` says how many pairs are compared; a failure names its seed.
struct RandomComparisonTests {
    static let seeds = ProcessInfo.processInfo.environment["REJOINDER_PROOF_SEEDS"].flatMap(Int.init) ?? 2000

    @Test func `the interpreter does what the oracle does, on random charts and events`() async {
        let lanes = 4
        let results = await withTaskGroup(of: ComparisonResult.self) { group in
            for lane in 0..<lanes {
                group.addTask { ComparisonResult(of: stride(from: lane, to: Self.seeds, by: lanes)) }
            }
            return await group.reduce(into: ComparisonResult()) { $0.add($1) }
        }
        print(results.summary)
        for report in results.reports { Issue.record("\(report)") }
        guard Self.seeds >= 2000, results.reports.isEmpty else { return }
        for feature in Coverage.Feature.allCases {
            #expect(results.coverage[feature] > 0, "\(feature.rawValue) was never exercised")
        }
    }
}
