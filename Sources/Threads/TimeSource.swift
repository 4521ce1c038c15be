/// Where monotonic time comes from, and what waits for it: the system's clock, or one that a simulation moves.
package struct TimeSource: Sendable {
    private let reading: @Sendable () -> ContinuousClock.Instant
    private let sleeping: @Sendable (Duration) async throws -> Void

    /// `sleep` returns when the time is over, or throws at once when its task is cancelled.
    package init(
        now: @escaping @Sendable () -> ContinuousClock.Instant,
        sleep: @escaping @Sendable (Duration) async throws -> Void
    ) {
        reading = now
        sleeping = sleep
    }

    package static let system = TimeSource(now: { .now }, sleep: { try await Task.sleep(for: $0) })

    package var now: ContinuousClock.Instant { reading() }

    package func sleep(for time: Duration) async throws { try await sleeping(time) }
}
