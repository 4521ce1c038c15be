import JSONValue
import Threads

/// An estimate of the database's clock between two looks at it: the last reading plus the monotonic time since.
///
/// Used for what expressions see as `now` and for deciding when to look; due times and leases are judged by the database.
package final class DatabaseClock: Sendable {
    private struct Reading: Sendable {
        var at: Timestamp
        var taken: ContinuousClock.Instant
    }

    private let reading: Locked<Reading>

    package init(_ now: Timestamp) {
        reading = Locked(Reading(at: now, taken: .now))
    }

    package var now: Timestamp {
        reading.withLock { $0.at + (ContinuousClock.now - $0.taken) }
    }

    /// Takes a fresh reading. Never lets the estimate run backwards by a late answer.
    package func observe(_ at: Timestamp) {
        reading.withLock { reading in
            let estimate = reading.at + (ContinuousClock.now - reading.taken)
            let isPlausible = estimate - at < .seconds(1)
            reading = Reading(at: isPlausible ? max(at, estimate) : at, taken: .now)
        }
    }
}
