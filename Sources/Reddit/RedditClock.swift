import FoundationEssentials
import JSONValue

/// Time and chance, as the Reddit client sees them; tests put in their own.
package struct RedditClock: Sendable {
    package var now: @Sendable () -> Timestamp
    package var sleep: @Sendable (Duration) async throws -> Void
    /// A number in [0, 1), for jitter.
    package var random: @Sendable () -> Double

    package init(
        now: @escaping @Sendable () -> Timestamp, sleep: @escaping @Sendable (Duration) async throws -> Void,
        random: @escaping @Sendable () -> Double
    ) {
        self.now = now
        self.sleep = sleep
        self.random = random
    }

    package static let system = RedditClock(
        now: { Timestamp(seconds: Date().timeIntervalSince1970) }, sleep: { try await Task.sleep(for: $0) },
        random: { Double.random(in: 0..<1) })
}
