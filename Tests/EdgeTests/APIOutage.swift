import JSONValue
import Store
import TestSupport
import Threads

/// A store that a test can make unreachable: then every verb throws `unavailable`, and nothing was written. It also
/// tells which acceptances were recorded, which nothing else can be seen by.
struct OutageStore: StoreWrapper {
    let base: any Store
    let isDown = Shared(false)
    let acceptances = Happenings<Acceptance>()

    struct Acceptance: Sendable {
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

    func recordAccepted(_ key: JobKey, attempt: Int, epoch: Int64, remoteID: String?) async throws -> Bool {
        let isRecorded = try await reached.recordAccepted(key, attempt: attempt, epoch: epoch, remoteID: remoteID)
        acceptances.add(Acceptance(job: key, attempt: attempt, isRecorded: isRecorded))
        return isRecorded
    }
}
