/// Looks things up for many callers at once: the first look goes out alone and at once, and what is asked for while a look
/// is under way shares the next.
package final class Coalescer<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    package typealias Load = @Sendable (_ keys: [Key]) async throws -> [Key: Value]

    private struct State: Sendable {
        /// In the order in which they were asked for.
        var waiting: [Wanted] = []
        var looks = 0
    }

    private struct Wanted: Sendable {
        let key: Key
        let reply: Reply<Value?>
    }

    private let state = Locked(State())
    private let limit: Int
    private let looksAtOnce: Int
    private let load: Load

    /// - Parameters:
    ///   - limit: calls that share one look.
    ///   - looksAtOnce: looks that may be under way.
    ///   - load: finds the values; what it does not return is not there.
    package init(limit: Int = 500, looksAtOnce: Int = 2, load: @escaping Load) {
        self.limit = limit
        self.looksAtOnce = looksAtOnce
        self.load = load
    }

    /// The value as it is after the call began; nil when there is none. Throws what the look threw.
    package func value(_ key: Key) async throws -> Value? {
        let reply = Reply<Value?>()
        state.withLock { $0.waiting.append(Wanted(key: key, reply: reply)) }
        look()
        return try await reply.value
    }

    private func look() {
        let batch = state.withLock { state -> [Wanted] in
            guard state.looks < looksAtOnce, !state.waiting.isEmpty else { return [] }
            state.looks += 1
            let batch = Array(state.waiting.prefix(limit))
            state.waiting.removeFirst(batch.count)
            return batch
        }
        guard !batch.isEmpty else { return }
        Task { [self] in
            do {
                var known: Set<Key> = []
                let values = try await load(batch.map(\.key).filter { known.insert($0).inserted })
                for wanted in batch { wanted.reply.resolve(.success(values[wanted.key])) }
            } catch {
                for wanted in batch { wanted.reply.resolve(.failure(error)) }
            }
            state.withLock { $0.looks -= 1 }
            look()
        }
    }
}
