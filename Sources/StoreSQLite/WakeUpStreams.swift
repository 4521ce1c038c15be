import Store
import Threads

/// The streams of wake-ups of this process: with one server on a file there is nobody else to tell.
final class WakeUpStreams: Sendable {
    /// Hints not yet taken; more say nothing new.
    private static let waitingHints = 32

    private struct State {
        var next = 0
        var isFinished = false
        var streams: [Int: AsyncStream<WakeUp>.Continuation] = [:]
    }

    private let state = Locked(State())

    func send(_ topics: Set<WakeUp>) {
        let streams = state.withLock { Array($0.streams.values) }
        for stream in streams {
            for topic in topics { stream.yield(topic) }
        }
    }

    func make() -> AsyncStream<WakeUp> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: WakeUp.self, bufferingPolicy: .bufferingNewest(Self.waitingHints))
        let number = state.withLock { state -> Int? in
            guard !state.isFinished else { return nil }
            state.next += 1
            state.streams[state.next] = continuation
            return state.next
        }
        guard let number else {
            continuation.finish()
            return stream
        }
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { _ = $0.streams.removeValue(forKey: number) }
        }
        return stream
    }

    func finish() {
        let streams = state.withLock { state in
            defer { state.streams = [:] }
            state.isFinished = true
            return Array(state.streams.values)
        }
        for stream in streams { stream.finish() }
    }
}

extension SQLiteStore {
    package func notify(_ topics: Set<WakeUp>) async { wakeUpStreams.send(topics) }

    package func wakeUps() -> AsyncStream<WakeUp> { wakeUpStreams.make() }
}
