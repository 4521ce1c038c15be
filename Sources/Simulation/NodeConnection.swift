import JSONValue
import Store
import Threads

/// A node's way to the database, on which the world does what it wants.
struct NodeConnection: StoreConnection {
    let world: World
    let node: SimulatedNode

    func run<Value: Sendable>(
        _ call: StoreCall, _ body: @escaping @Sendable (inout MemoryDatabase, Timestamp) throws -> Value
    ) async throws -> Value {
        guard call.isWrite else { return try await pass(call, body) }
        // Runs to its end although the caller is cancelled: who hears of an error other than a doubt must be able to
        // rely upon that nothing was written.
        return try await Task { try await pass(call, body) }.value
    }

    private func pass<Value: Sendable>(
        _ call: StoreCall, _ body: @escaping @Sendable (inout MemoryDatabase, Timestamp) throws -> Value
    ) async throws -> Value {
        let reply = Reply<Value>()
        world.send(call, from: node, body, reply)
        return try await reply.value
    }

    func notify(_ topics: Set<WakeUp>) {}

    func wakeUps() -> AsyncStream<WakeUp> {
        let (stream, continuation) = AsyncStream.makeStream(of: WakeUp.self, bufferingPolicy: .bufferingNewest(32))
        node.stream = continuation
        if !node.isAlive { continuation.finish() }
        return stream
    }

    func close() {}
}
