/// Latencies of a run, in milliseconds.
struct LatencySample: Sendable {
    private let sorted: [Double]

    init(_ durations: [Duration]) { sorted = durations.map { $0 / .milliseconds(1) }.sorted() }

    /// The nearest rank; 0 when nothing was measured.
    func percentile(_ share: Double) -> Double {
        guard let last = sorted.indices.last else { return 0 }
        return sorted[min(last, Int((Double(last) * share).rounded()))]
    }

    var longest: Double { sorted.last ?? 0 }
}
