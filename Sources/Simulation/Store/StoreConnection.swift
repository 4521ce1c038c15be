import JSONValue
import Store

/// The way from a store's handle to the one database: where a simulation delays, fails and loses calls.
package protocol StoreConnection: Sendable {
    /// Runs a verb in the database, with the database's moment.
    func run<Value: Sendable>(
        _ call: StoreCall, _ body: @escaping @Sendable (inout MemoryDatabase, Timestamp) throws -> Value
    ) async throws -> Value

    func notify(_ topics: Set<WakeUp>)
    func wakeUps() -> AsyncStream<WakeUp>
    func close()
}

/// What a call is, for those who decide what happens to it.
package struct StoreCall: Sendable {
    package enum Kind: Sendable { case read, write, commit(Batch), winners(batch: String), dueTimers, dueJobs }

    package let name: String
    package let kind: Kind

    init(_ name: String, _ kind: Kind) {
        self.name = name
        self.kind = kind
    }

    /// Whether the call changes anything: only then an answer that is lost leaves a doubt.
    package var isWrite: Bool {
        switch kind {
        case .write, .commit: true
        case .read, .winners, .dueTimers, .dueJobs: false
        }
    }

    /// A number that tells apart in which order a batch holds its posts.
    var order: Int64 {
        guard case .commit(let batch) = kind else { return 0 }
        return batch.writes.reduce(7) { $0 &* 31 &+ $1.post.rawValue }
    }
}
