import Store
import Threads

/// The queue of one lane: inputs of the posts whose ids hash to it, in order of arrival.
///
/// Bounded for those who can be told to come again; work of the service itself is bounded by its own loops.
final class Lane: Sendable {
    private struct State: Sendable {
        var queue: [Work] = []
        var isClosed = false
    }

    private let state = Locked(State())
    private let signal = Signal()
    private let limit: Int
    private let batchLimit: Int
    private let time: TimeSource

    init(limit: Int, batchLimit: Int, time: TimeSource = .system) {
        self.limit = limit
        self.batchLimit = batchLimit
        self.time = time
    }

    var depth: Int { state.withLock { $0.queue.count } }

    /// Queues an input; throws when the lane is full or closed.
    func submit(_ work: Work) throws(EngineError) {
        let refusal = state.withLock { state -> EngineError? in
            if state.isClosed { return EngineError(.stopping, "the service is stopping") }
            if state.queue.count >= limit, !work.isInternal {
                return EngineError(.overloaded, "\(limit) events are waiting")
            }
            state.queue.append(work)
            return nil
        }
        if let refusal { throw refusal }
        signal.raise()
    }

    /// Puts losers back in front, so that they keep their place.
    func retry(_ works: [Work]) {
        state.withLock { $0.queue.insert(contentsOf: works, at: 0) }
        signal.raise()
    }

    /// Everything that is ready, at most one batch; waits when nothing is. Nil when the lane is closed and empty.
    func next() async -> [Work]? {
        while true {
            let (batch, isClosed) = state.withLock { state in
                let batch = Array(state.queue.prefix(batchLimit))
                state.queue.removeFirst(batch.count)
                return (batch, state.isClosed)
            }
            if !batch.isEmpty { return batch }
            if isClosed { return nil }
            // Nobody will take from it any more: a wait that is cancelled returns at once, again and again.
            guard !Task.isCancelled else {
                close()
                continue
            }
            await signal.wait(atMost: .seconds(60), by: time)
        }
    }

    /// Takes no more; what is queued is still processed.
    func close() {
        state.withLock { $0.isClosed = true }
        signal.raise()
    }
}
