import Store
import Threads

/// Counts what commits. Called by lanes.
final class CommitCounter: Sendable {
    struct Reading: Sendable {
        var transitions = 0
        var commits = 0
    }

    private let state = Shared(Reading())

    func committed(_ writes: [PostWrite]) {
        let transitions = writes.reduce(0) { $0 + $1.transitions.count }
        state.withLock { state in
            state.transitions += transitions
            state.commits += 1
        }
    }

    func reset() { state.set(Reading()) }

    var reading: Reading { state.value }
}
