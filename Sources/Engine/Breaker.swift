/// A circuit breaker: closed until a number of faults in a row, then open for a pause that doubles, then one probe.
struct Breaker: Sendable, Hashable {
    private let faultLimit: Int
    private let firstPause: Duration
    private let longestPause: Duration = .seconds(60)
    private(set) var faults = 0
    private var openings = 0
    private(set) var openUntil: ContinuousClock.Instant?

    init(faultLimit: Int, pause: Duration) {
        self.faultLimit = faultLimit
        firstPause = pause
    }

    mutating func succeed() {
        faults = 0
        openings = 0
        openUntil = nil
    }

    /// One more fault in a row. What the endpoint asked for (`retryAfter`) pauses even a closed breaker.
    mutating func fault(at now: ContinuousClock.Instant, retryAfter: Duration?) {
        faults += 1
        if let retryAfter { openUntil = max(openUntil ?? now, now + min(retryAfter, .seconds(600))) }
        guard faults >= faultLimit else { return }
        let pause = min(firstPause * (1 << min(openings, 10)), longestPause)
        openings += 1
        openUntil = max(openUntil ?? now, now + pause)
    }

    /// How many attempts may be under way: all, one probe, or none.
    func permits(at now: ContinuousClock.Instant, of slots: Int) -> Int {
        if let openUntil, openUntil > now { return 0 }
        return faults >= faultLimit ? min(1, slots) : slots
    }
}
