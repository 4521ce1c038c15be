/// How deliveries are made, and how long one is tried.
package struct WebhookOptions: Sendable {
    /// How often the history is looked at for news.
    package var poll: Duration = .seconds(1)
    /// How long a node has a subscription without saying more.
    package var lease: Duration = .seconds(20)
    /// For one attempt, from connecting to the last byte.
    package var timeout: Duration = .seconds(15)
    package var schedule = DeliverySchedule.standard
    /// A subscription whose every attempt has failed for so long is disabled.
    package var failingLimit: Duration = .seconds(5 * 86_400)
    /// How long a replaced secret signs beside its successor.
    package var rotationGrace: Duration = .seconds(86_400)
    /// Requests of one subscription under way at once.
    package var parallel = 8
    /// Macrosteps that are read, and deliveries that are looked at, in one statement.
    package var page = 500
    /// With so many deliveries that have not ended, a subscription waits: the history keeps what is to come.
    package var pendingLimit = 1000
    /// A new owner reads so much once more: clocks of two servers need not agree.
    package var overlap: Duration = .seconds(10)
    /// How long a macrostep of a chart that this node lacks waits for a node that has it.
    package var chartPatience: Duration = .seconds(600)
    /// What a receiver may ask for by `Retry-After`.
    package var longestPause: Duration = .seconds(86_400)
    /// In [0, 1).
    package var random: @Sendable () -> Double = { .random(in: 0..<1) }

    package init() {}
}

/// How long after an attempt the next one comes.
package struct DeliverySchedule: Sendable, Hashable {
    /// Before each attempt; the first is made at once.
    package var waits: [Duration]

    package init(_ waits: [Duration]) { self.waits = waits }

    package static let standard = DeliverySchedule(
        [0, 5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400].map { .seconds($0) })

    /// After so many attempts; nil when that was the last one. Up to a tenth more or less, so that what failed together
    /// does not come together.
    package func wait(after attempts: Int, random: Double) -> Duration? {
        guard waits.indices.contains(attempts) else { return nil }
        return waits[attempts] * (0.9 + 0.2 * min(max(random, 0), 1))
    }
}
