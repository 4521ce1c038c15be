import FoundationEssentials
import JSONValue

/// The time that a fake lives by and the way it waits; tests put in their own.
package struct FakeClock: Sendable {
    package var now: @Sendable () -> Timestamp
    package var sleep: @Sendable (Duration) async throws -> Void

    package init(
        now: @escaping @Sendable () -> Timestamp, sleep: @escaping @Sendable (Duration) async throws -> Void
    ) {
        self.now = now
        self.sleep = sleep
    }

    package static let system = FakeClock(
        now: { Timestamp(seconds: Date().timeIntervalSince1970) },
        sleep: { try await Task.sleep(for: $0) })
}

extension Timestamp {
    var wholeSeconds: Int64 { microseconds / 1_000_000 }
}

extension Duration {
    /// Seconds as a double, for the wire.
    var inSeconds: Double { Double(microseconds) / 1_000_000 }
}
