/// What a run over many seeds came to.
struct ComparisonResult: Sendable {
    private(set) var pairs = 0
    private(set) var events = 0
    private(set) var states = 0
    private(set) var failedStarts = 0
    private(set) var coverage = Coverage()
    private(set) var reports: [String] = []
    private(set) var firstFailure: Int?

    init() {}

    /// Compares seed by seed until the first difference.
    init(of seeds: StrideTo<Int>, isBrief: Bool) {
        for seed in seeds {
            let pair = RandomPair(seed: UInt64(seed))
            pairs += 1
            events += pair.events.count
            states += pair.chart.states.count
            if pair.events.isEmpty { failedStarts += 1 }
            coverage.add(pair.coverage)
            guard !pair.differences.isEmpty else { continue }
            reports.append(isBrief ? pair.summary : pair.report)
            firstFailure = seed
            return
        }
    }

    mutating func add(_ other: ComparisonResult) {
        pairs += other.pairs
        events += other.events
        states += other.states
        failedStarts += other.failedStarts
        coverage.add(other.coverage)
        reports += other.reports
        firstFailure = [firstFailure, other.firstFailure].compactMap(\.self).min()
    }

    var summary: String {
        let found = firstFailure.map { "first difference at seed \($0)" } ?? "no difference"
        return """
            proof: \(pairs) pairs of chart and sequence, \(states) states, \(events) events, \
            \(failedStarts) charts that fail to start; \(found)
            proof: \(coverage.description)
            """
    }
}
