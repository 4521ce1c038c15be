import JSONValue
import Store
import Threads

/// Counts timers that have fired, by the rows that the lanes commit.
final class TimerWatch: Sendable {
    private struct State: Sendable {
        var fired = 0
        var commits = 0
        var last = Timestamp(microseconds: 0)
    }

    private let state = Shared(State())

    func committed(_ writes: [PostWrite]) {
        let rows = writes.flatMap(\.transitions).filter { $0.actor == "timer" }
        guard let moment = rows.map(\.now).max() else { return }
        state.withLock { state in
            state.fired += rows.count
            state.commits += 1
            state.last = max(state.last, moment)
        }
    }

    func reset() { state.set(State()) }

    var fired: Int { state.value.fired }
    var commits: Int { state.value.commits }
    var last: Timestamp { state.value.last }
}
