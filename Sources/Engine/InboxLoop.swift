import Logging
import Statechart
import Store
import Threads

/// Hands inbox events to their posts. A row is consumed by the macrostep that it causes.
package final class InboxLoop: Sendable {
    private let store: any Store
    private let gate: Gate
    private let options: EngineOptions
    private let logger: Logger
    private let signal = Signal()
    private let isStopped = Locked(false)

    init(store: any Store, gate: Gate, options: EngineOptions, logger: Logger) {
        self.store = store
        self.gate = gate
        self.options = options
        self.logger = logger
    }

    func run() async {
        while !isStopped.withLock({ $0 }), !Task.isCancelled {
            do {
                _ = try await consume()
            } catch {
                logger.warning("the inbox cannot be read", metadata: ["error": "\(error)"])
            }
            await signal.wait(atMost: options.pollInterval, by: options.time)
        }
    }

    func stop() {
        isStopped.withLock { $0 = true }
        signal.raise()
    }

    func wake() { signal.raise() }

    /// Consumes what is there now; returns how many events counted.
    package func consume() async throws -> Int {
        var counted = 0
        var cursor: Int64 = 0
        while true {
            let rows = try await store.inbox(after: cursor, limit: options.batchLimit)
            let works = rows.map { row in
                Work(post: row.post, kind: .event(Event(row.event, data: row.data), inbox: row.id), actor: row.actor)
            }
            for result in await gate.take(works) {
                switch result {
                case .success(.taken): counted += 1
                // It lost against another macrostep: what is still there is read again at once.
                case .failure(let error as EngineError) where error.code == .contention: signal.raise()
                case .success, .failure: break
                }
            }
            guard rows.count == options.batchLimit, let last = rows.last else { return counted }
            cursor = last.id
        }
    }
}
