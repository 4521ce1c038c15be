import Engine
import Store
import Threads

/// Counts what commits, and measures inputs from the moment they are handed in to their commit. Called by lanes and
/// performers, on any thread.
final class Stopwatch: Sendable {
    struct Reading: Sendable {
        var transitions = 0
        var commits = 0
        var settled = 0
        /// Posts that stand where nothing moves them any more but a person.
        var stranded = 0
        var latencies: [Duration] = []
    }

    private struct State: Sendable {
        var reading = Reading()
        var handedIn: [JobKey: ContinuousClock.Instant] = [:]
    }

    private let state = Locked(State())
    private let goal: Int
    private let finished = Latch()

    /// - Parameter goal: how many posts must come to their end.
    init(goal: Int) { self.goal = goal }

    /// An attempt's answer is handed in now.
    func handIn(_ job: JobKey) {
        let now = ContinuousClock.now
        state.withLock { $0.handedIn[job] = now }
    }

    func committed(_ writes: [PostWrite]) {
        let now = ContinuousClock.now
        let isFinished = state.withLock { state in
            state.reading.commits += 1
            for write in writes {
                state.reading.transitions += write.transitions.count
                if write.state.waitsFor == .nothing { state.reading.settled += 1 }
                if write.state.waitsFor == .person { state.reading.stranded += 1 }
                for case .end(let number) in write.jobs {
                    let key = JobKey(post: write.post, number: number)
                    if let began = state.handedIn.removeValue(forKey: key) {
                        state.reading.latencies.append(now - began)
                    }
                }
            }
            return state.reading.settled + state.reading.stranded >= goal
        }
        if isFinished { finished.happen() }
    }

    var reading: Reading { state.withLock { $0.reading } }

    /// Returns when all posts have come to their end; false when that takes longer than the limit.
    func wait(atMost limit: Duration) async -> Bool {
        let timer = Task { [finished] in
            try await Task.sleep(for: limit)
            finished.happen()
        }
        await finished.wait()
        timer.cancel()
        let reading = reading
        return reading.settled + reading.stranded >= goal
    }
}
