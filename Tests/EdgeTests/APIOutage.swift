import JSONValue
import Store
import TestSupport
import Threads

/// A store that a test can make unreachable: then every verb throws `unavailable`, and nothing was written. It also
/// tells which acceptances were recorded, which nothing else can be seen by.
struct OutageStore: StoreWrapper {
    let base: any Store
    let isDown = Shared(false)
    let acceptances = Happenings<Seen>()

    struct Seen: Sendable {
        var job: JobKey
        var attempt: Int
        var isRecorded: Bool
    }

    var reached: any Store {
        get throws {
            if isDown.value { throw StoreError(.unavailable, "the test has taken the database away") }
            return base
        }
    }

    func recordAccepted(_ all: [Acceptance]) async throws -> Set<JobKey> {
        let recorded = try await reached.recordAccepted(all)
        for one in all {
            acceptances.add(
                Seen(job: one.key, attempt: one.attempt, isRecorded: recorded.contains(one.key)))
        }
        return recorded
    }
}
