import Threads

/// A clock that stands still until a test moves it.
package final class ManualClock: Clock {
    package struct Instant: InstantProtocol {
        package var offset: Duration
        package func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
        package func duration(to other: Instant) -> Duration { other.offset - offset }
        package static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
    }

    private struct State: Sendable {
        var now = Instant(offset: .zero)
        var sleepers: [(due: Instant, reply: Reply<Void>)] = []
    }

    private let state = Locked(State())
    private let newSleeper = Signal()

    package init() {}

    package var now: Instant { state.withLock { $0.now } }
    package var minimumResolution: Duration { .nanoseconds(1) }

    /// Moves the time and wakes whoever is due, the earliest first.
    package func advance(by duration: Duration) {
        let due = state.withLock { state in
            let now = state.now.advanced(by: duration)
            state.now = now
            defer { state.sleepers.removeAll { $0.due <= now } }
            return state.sleepers.filter { $0.due <= now }.sorted { $0.due < $1.due }.map(\.reply)
        }
        for reply in due { reply.resolve(.success(())) }
    }

    package func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        let reply = Reply<Void>()
        let isDue = state.withLock { state in
            if deadline > state.now { state.sleepers.append((deadline, reply)) }
            return deadline <= state.now
        }
        if isDue { return }
        newSleeper.raise()
        defer { state.withLock { $0.sleepers.removeAll { $0.reply === reply } } }
        try await reply.value
    }

    /// Returns when so many tasks sleep on this clock, or after `limit` of real time with a failure.
    package func waitForSleepers(_ count: Int, within limit: Duration = .seconds(10)) async throws {
        let deadline = ContinuousClock.now + limit
        while state.withLock({ $0.sleepers.count }) < count {
            guard ContinuousClock.now < deadline else { throw TestFailure("fewer than \(count) tasks sleep") }
            await newSleeper.wait(atMost: .milliseconds(50))
        }
    }
}
