/// How posts came and ended over time, and what a fault did to that.
struct ChaosPulse: Sendable {
    struct Sample: Sendable {
        let at: ContinuousClock.Instant
        let ended: Int
        /// Offered and not ended.
        let open: Int
    }

    /// What one fault did.
    struct Effect: Sendable {
        /// The longest time without a post that ended.
        var pause = Duration.zero
        /// From the fault's beginning until no more posts were under way than before it; zero if there never were.
        var recovery = Duration.zero
    }

    private(set) var samples: [Sample] = []

    mutating func add(_ sample: Sample) { samples.append(sample) }

    var ended: Int { samples.last?.ended ?? 0 }

    /// The most posts that were under way at once since then.
    func peak(since moment: ContinuousClock.Instant) -> Int? { since(moment).map(\.open).max() }

    /// Whether so much time has been seen since then, with no more posts under way than that all along.
    func isCalm(since moment: ContinuousClock.Instant, for time: Duration, open limit: Int) -> Bool {
        guard let last = samples.last, last.at - moment >= time else { return false }
        return since(last.at - time).allSatisfy { $0.open <= limit }
    }

    func effect(since moment: ContinuousClock.Instant, open limit: Int) -> Effect {
        var effect = Effect()
        let seen = since(moment)
        var last = (at: moment, ended: samples.last { $0.at < moment }?.ended ?? 0)
        for sample in seen {
            effect.pause = max(effect.pause, sample.at - last.at)
            if sample.ended > last.ended { last = (sample.at, sample.ended) }
            if sample.open > limit { effect.recovery = sample.at - moment }
        }
        return effect
    }

    private func since(_ moment: ContinuousClock.Instant) -> ArraySlice<Sample> {
        samples[(samples.lastIndex { $0.at < moment }.map { $0 + 1 } ?? 0)...]
    }
}
