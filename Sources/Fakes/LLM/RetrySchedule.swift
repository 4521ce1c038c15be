import Oracles

/// Whether and when a callback is sent again.
struct RetrySchedule: Sendable {
    enum Decision: Equatable {
        case done
        /// The other side does not want it.
        case stop
        case again(Duration)
    }

    static let longestWait = Duration.seconds(30)
    static let longestRetryAfter = Duration.seconds(3600)

    let base: Duration
    let limit: Duration
    /// Spreads the waits of different callbacks.
    let name: String
    private var tries = 0
    private var waited = Duration.zero

    init(base: Duration, limit: Duration, name: String) {
        self.base = base
        self.limit = limit
        self.name = name
    }

    /// Decides on an answer's status (nil when none came) and its `Retry-After`.
    mutating func next(status: Int?, retryAfter: String?) -> Decision {
        switch status {
        case .some(200..<300): return .done
        case .some(400..<500) where ![408, 425, 429].contains(status): return .stop
        default: break
        }
        tries += 1
        let asked = retryAfter.flatMap { Int($0) }.map { min(.seconds(max(0, $0)), Self.longestRetryAfter) }
        let backoff = min(base * (1 << min(tries - 1, 16)), Self.longestWait)
        let jitter = backoff * StableHash.percent(name, String(tries)) / 400
        let wait = asked ?? (backoff + jitter)
        waited += wait
        return waited > limit ? .stop : .again(wait)
    }
}
