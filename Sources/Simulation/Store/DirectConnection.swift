import JSONValue
import Store
import Threads

/// A connection on which nothing happens to calls: each runs at once, under a lock.
package final class DirectConnection: StoreConnection {
    private struct State: Sendable {
        var database = MemoryDatabase()
        var isClosed = false
        var streams: [AsyncStream<WakeUp>.Continuation] = []
    }

    private let state = Locked(State())
    private let clock: @Sendable () -> Timestamp

    package init(clock: @escaping @Sendable () -> Timestamp) { self.clock = clock }

    /// The tables as they are now.
    package var database: MemoryDatabase { state.withLock { $0.database } }

    package func run<Value: Sendable>(
        _ call: StoreCall, _ body: @escaping @Sendable (inout MemoryDatabase, Timestamp) throws -> Value
    ) async throws -> Value {
        let now = clock()
        return try state.withLock { state -> Result<Value, any Error> in
            guard !state.isClosed else { return .failure(StoreError(.closed, "the store is closed")) }
            return Result { try body(&state.database, now) }
        }.get()
    }

    package func notify(_ topics: Set<WakeUp>) {
        for stream in state.withLock({ $0.streams }) {
            for topic in topics { stream.yield(topic) }
        }
    }

    package func wakeUps() -> AsyncStream<WakeUp> {
        let (stream, continuation) = AsyncStream.makeStream(of: WakeUp.self, bufferingPolicy: .bufferingNewest(32))
        state.withLock { $0.streams.append(continuation) }
        return stream
    }

    package func close() {
        let streams = state.withLock { state in
            state.isClosed = true
            defer { state.streams = [] }
            return state.streams
        }
        for stream in streams { stream.finish() }
    }
}
