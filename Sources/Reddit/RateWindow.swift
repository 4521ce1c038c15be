import JSONValue

/// What Reddit's `X-Ratelimit-*` headers and 429s allow: when the next call may go out. Pure; the caller brings the
/// time.
///
/// One window per token, shared by all that use it. Answers without headers count as one request.
package struct RateWindow: Sendable, Equatable {
    /// The numbers of one answer. `remaining` is a decimal, the others are integers; any of them may be absent.
    package struct Reading: Sendable, Equatable {
        package var remaining: Double?
        package var reset: Duration?
        package var retryAfter: Duration?

        package init(remaining: Double? = nil, reset: Duration? = nil, retryAfter: Duration? = nil) {
            self.remaining = remaining
            self.reset = reset
            self.retryAfter = retryAfter
        }

        /// Asks for headers by their lower-case names.
        package init(header: (String) -> String?) {
            remaining = Self.number(header("x-ratelimit-remaining"))
            reset = Self.number(header("x-ratelimit-reset")).map { .seconds($0) }
            retryAfter = Self.number(header("retry-after")).map { .seconds($0) }
        }

        /// A finite number of at most a day's seconds; nonsense counts as absent.
        private static func number(_ text: String?) -> Double? {
            guard let text, let value = Double(text), value >= 0, value <= 1_000_000 else { return nil }
            return min(value, 86_400)
        }
    }

    private var remaining: Double?
    private var resetsAt: Timestamp?
    private var blockedUntil: Timestamp?

    package init() {}

    /// How long the next call has to wait; zero counts it. The reserve are calls of the window that this caller leaves
    /// to more urgent ones.
    package mutating func take(at now: Timestamp, reserve: Int = 0) -> Duration {
        let wait = delay(at: now, reserve: reserve)
        if wait == .zero { remaining = remaining.map { max(0, $0 - 1) } }
        return wait
    }

    package func delay(at now: Timestamp, reserve: Int = 0) -> Duration {
        let block = blockedUntil.map { $0 - now } ?? .zero
        guard let remaining, let resetsAt, now < resetsAt, remaining < Double(1 + reserve) else {
            return max(.zero, block)
        }
        return max(block, resetsAt - now, .seconds(1))
    }

    /// Notes an answer. Several calls may be under way, so within one window the smaller count stands.
    package mutating func note(_ reading: Reading, at now: Timestamp) {
        guard let seen = reading.remaining, let reset = reading.reset else { return }
        let end = now + reset
        let isSame = resetsAt.map { now < $0 && end < $0 + .seconds(30) } ?? false
        remaining = isSame ? min(remaining ?? seen, seen) : seen
        resetsAt = end
    }

    /// Notes a 429; returns how long to wait: what the server says, at least a second, and some jitter.
    package mutating func refused(_ reading: Reading, at now: Timestamp, random: Double) -> Duration {
        note(reading, at: now)
        let wait = max(reading.retryAfter ?? .zero, reading.reset ?? .zero, .seconds(1)) + .seconds(random)
        blockedUntil = max(blockedUntil ?? now, now + wait)
        return wait
    }
}
