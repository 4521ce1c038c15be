/// How long an endpoint takes for jobs of each source, from assignment to result: a mean that moves with each job and
/// fades when none comes, so that a slow endpoint is tried again now and then, and a new one is tried first.
struct SpeedMeter: Sendable, Hashable {
    private struct Mean: Sendable, Hashable {
        var seconds: Double
        var at: ContinuousClock.Instant
    }

    private var means: [String: Mean] = [:]

    /// The weight of the newest measurement.
    private static let weight = 0.2
    /// Within this time a mean that nothing renews falls to its half.
    private static let halfLife = 300.0

    mutating func note(_ source: String, took: Duration, at now: ContinuousClock.Instant) {
        let seconds = max(0, took / .seconds(1))
        let mean = means[source].map { $0.seconds + Self.weight * (seconds - $0.seconds) } ?? seconds
        means[source] = Mean(seconds: mean, at: now)
    }

    /// What is measured and has not faded yet, by source.
    func seconds(at now: ContinuousClock.Instant) -> [String: Double] {
        means.mapValues { Self.faded($0, at: now) }
    }

    private static func faded(_ mean: Mean, at now: ContinuousClock.Instant) -> Double {
        var (seconds, age) = (mean.seconds, max(0, (now - mean.at) / .seconds(1)))
        while age >= halfLife, seconds > fastest {
            seconds /= 2
            age -= halfLife
        }
        // Between two halvings along the line between them.
        return seconds * (1 - min(age, halfLife) / (2 * halfLife))
    }

    /// The class of speed: classes differ by a quarter, so that about equal ones are equal. Lower is faster, unknown the
    /// lowest.
    func rank(_ source: String, at now: ContinuousClock.Instant) -> Int {
        guard let mean = means[source] else { return .min }
        let seconds = Self.faded(mean, at: now)
        var (rank, bound) = (0, Self.fastest)
        while bound < seconds, rank < 200 {
            bound *= 1.25
            rank += 1
        }
        return rank
    }

    /// In seconds; what is faster is equal.
    private static let fastest = 1e-4
}
