import FoundationEssentials
import JSONValue
import Store
import Threads

/// Where the store's time comes from. The store adds what is needed to never go behind the newest time in its file.
package struct SQLiteClock: Sendable {
    let read: @Sendable () -> Timestamp

    package init(_ read: @escaping @Sendable () -> Timestamp) { self.read = read }

    /// The monotonic clock, anchored to the wall clock now: it neither jumps nor goes back while the process lives.
    package static var monotonic: SQLiteClock {
        let wall = Timestamp(seconds: Date().timeIntervalSince1970)
        let start = ContinuousClock.now
        return SQLiteClock { wall + (ContinuousClock.now - start) }
    }

    /// A clock that stands until it is moved.
    package static func manual(_ clock: ManualClock) -> SQLiteClock { SQLiteClock { clock.now } }
}

/// Time for tests: it moves only when told to.
package final class ManualClock: Sendable {
    private let moment: Locked<Timestamp>

    package init(_ start: Timestamp = Timestamp(microseconds: 1_800_000_000_000_000)) { moment = Locked(start) }

    package var now: Timestamp { moment.withLock { $0 } }

    package func advance(by duration: Duration) { moment.withLock { $0 = $0 + duration } }
}
