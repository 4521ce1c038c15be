import Foundation
import Testing

/// The interpreter against the oracle on random charts and random events.
///
/// `REJOINDER_PROOF_SEEDS` says how many pairs are compared, `REJOINDER_PROOF_FIRST` from which seed on; a failure names
/// its seed.
struct RandomComparisonTests {
    static let seeds = ProcessInfo.processInfo.environment["REJOINDER_PROOF_SEEDS"].flatMap(Int.init) ?? 1000

    static let first = ProcessInfo.processInfo.environment["REJOINDER_PROOF_FIRST"].flatMap(Int.init) ?? 0
    /// Without it a failure shows the smallest chart that still fails.
    static let isBrief = ProcessInfo.processInfo.environment["REJOINDER_PROOF_BRIEF"] != nil

    @Test func `the interpreter does what the oracle does, on random charts and events`() async {
        var results = ComparisonResult()
        let end = Self.first + Self.seeds
        for start in stride(from: Self.first, to: end, by: 400) where results.firstFailure == nil {
            results.add(await Self.compare(start..<min(start + 400, end)))
            if results.pairs.isMultiple(of: 10_000) { print("proof: \(results.pairs) pairs so far") }
        }
        print(results.summary)
        for report in results.reports { Issue.record("\(report)") }
        guard Self.seeds >= 1000, results.reports.isEmpty else { return }
        // A session that ends while a message to it is on its way is met once in a million pairs.
        let rare: Set<Coverage.Feature> =
            Self.seeds >= 20_000 ? [.unreachableSession] : [.unreachableSession, .messageToSession]
        for feature in Coverage.Feature.allCases where !rare.contains(feature) {
            #expect(results.coverage[feature] > 0, "\(feature.rawValue) was never exercised")
        }
    }

    /// `REJOINDER_FUZZ_SECONDS` makes a search with seeds that no run had before.
    @Test func `the interpreter does what the oracle does for as long as was asked for`() async {
        let seconds = ProcessInfo.processInfo.environment["REJOINDER_FUZZ_SECONDS"].flatMap(Double.init) ?? 0
        let end = Date(timeIntervalSinceNow: seconds)
        var seed = Int(Date.now.timeIntervalSince1970) * 1000
        var results = ComparisonResult()
        while Date.now < end, results.firstFailure == nil {
            results.add(await Self.compare(seed..<seed + 400))
            seed += 400
        }
        for report in results.reports { Issue.record("\(report)") }
        if results.pairs > 0 { print("fuzz: \(results.summary)") }
    }

    private static func compare(_ seeds: Range<Int>) async -> ComparisonResult {
        let lanes = 4
        return await withTaskGroup(of: ComparisonResult.self) { group in
            for lane in 0..<lanes {
                let own = stride(from: seeds.lowerBound + lane, to: seeds.upperBound, by: lanes)
                group.addTask { ComparisonResult(of: own, isBrief: isBrief) }
            }
            return await group.reduce(into: ComparisonResult()) { $0.add($1) }
        }
    }
}
