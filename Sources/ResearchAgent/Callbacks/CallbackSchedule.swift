import Crypto

/// Whether and when a result is sent again.
struct CallbackSchedule: Sendable {
    enum Decision: Sendable, Hashable {
        /// It counts, or nobody waits for it any more.
        case done
        /// It will never be taken so.
        case stop
        case again(after: Duration)
    }

    static let longestWait = Duration.seconds(60)
    static let longestRetryAfter = Duration.seconds(3600)

    /// Spreads the waits of different callbacks.
    private let name: String
    private let base: Duration
    private var tries = 0

    init(name: String, base: Duration = .seconds(1)) {
        self.name = name
        self.base = base
    }

    /// Decides on an answer's status (nil when none came) and its `Retry-After`.
    mutating func next(status: Int?, retryAfter: String?) -> Decision {
        switch status {
        case .some(200..<300), 409: return .done
        case .some(400..<500) where ![408, 425, 429].contains(status): return .stop
        default: break
        }
        tries += 1
        if let asked = retryAfter.flatMap({ Int($0) }) {
            return .again(after: min(.seconds(max(0, asked)), Self.longestRetryAfter))
        }
        let backoff = min(base * (1 << min(tries - 1, 16)), Self.longestWait)
        let spread = Int(Digest.sha256("\(name) \(tries)".utf8)[0])
        return .again(after: backoff + backoff * spread / 1024)
    }
}
