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
    private let time: TimeSource

    package init(_ now: Timestamp, time: TimeSource = .system) {
        self.time = time
        reading = Locked(Reading(at: now, taken: time.now))
    }

    package var now: Timestamp {
        let present = time.now
        return reading.withLock { $0.at + (present - $0.taken) }
    }

    /// Takes a fresh reading. Never lets the estimate run backwards by a late answer.
    package func observe(_ at: Timestamp) {
        let present = time.now
        reading.withLock { reading in
            let estimate = reading.at + (present - reading.taken)
            let isPlausible = estimate - at < .seconds(1)
            reading = Reading(at: isPlausible ? max(at, estimate) : at, taken: present)
        }
    }
}
