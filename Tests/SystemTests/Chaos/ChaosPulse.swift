/// How posts ended over time, and what a fault did to that.
struct ChaosPulse: Sendable {
    struct Sample: Sendable {
        let at: ContinuousClock.Instant
        let ended: Int
        /// For how long the oldest post that has not ended has been under way, counted from when it was due to come.
        let age: Duration
    }

    /// What one fault did.
    struct Effect: Sendable {
        /// The longest time without a post that ended.
        var pause = Duration.zero
        /// From the fault's beginning until no post took longer than usual any more; zero if none did.
        var recovery = Duration.zero
    }

    private(set) var samples: [Sample] = []

    mutating func add(_ sample: Sample) { samples.append(sample) }

    var ended: Int { samples.last?.ended ?? 0 }

    /// The oldest that a post became since then.
    func oldest(since moment: ContinuousClock.Instant) -> Duration { since(moment).map(\.age).max() ?? .zero }

    /// Whether so much time has been seen since then, and no post was older than that in the last of it.
    func isCalm(since moment: ContinuousClock.Instant, for time: Duration, age limit: Duration) -> Bool {
        guard let last = samples.last, last.at - moment >= time else { return false }
        return since(last.at - time).allSatisfy { $0.age <= limit }
    }

    func effect(since moment: ContinuousClock.Instant, age limit: Duration) -> Effect {
        var effect = Effect()
        var last = (at: moment, ended: samples.last { $0.at < moment }?.ended ?? 0)
        for sample in since(moment) {
            effect.pause = max(effect.pause, sample.at - last.at)
            if sample.ended > last.ended { last = (sample.at, sample.ended) }
            if sample.age > limit { effect.recovery = sample.at - moment }
        }
        return effect
    }

    private func since(_ moment: ContinuousClock.Instant) -> ArraySlice<Sample> {
        samples[(samples.lastIndex { $0.at < moment }.map { $0 + 1 } ?? 0)...]
    }
}
