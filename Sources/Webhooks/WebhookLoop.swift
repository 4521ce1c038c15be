import JSONValue
import Logging
import Store
import Threads

/// Tells subscriptions of what happens to posts, each on one node at a time, by lease. A slow receiver holds up nobody
/// else, and none holds up the engine: news are read from the committed history.
package final class WebhookLoop: Sendable {
    private struct State: Sendable {
        var busy: Set<String> = []
        var restUntil: [String: ContinuousClock.Instant] = [:]
        var places: [String: WebhookPlace] = [:]
        var mustClaim = true
    }

    private let parts: WebhookParts
    private let node: String
    private let time: TimeSource
    private let signal = Signal()
    private let state = Locked(State())

    package init(_ parts: WebhookParts, node: String, time: TimeSource = .system) {
        self.parts = parts
        self.node = node
        self.time = time
    }

    /// Looks at once: somebody has changed a subscription, or wants something sent again.
    package func wake() {
        state.withLock { state in
            state.restUntil = [:]
            state.mustClaim = true
        }
        signal.raise()
    }

    /// Runs until cancelled.
    package func run() async {
        await withDiscardingTaskGroup { group in
            var owned: [SubscriptionRow] = []
            var claimAt = time.now
            while !Task.isCancelled {
                if takeClaim() || time.now >= claimAt {
                    owned = await claim() ?? owned
                    claimAt = time.now + parts.options.lease / 4
                }
                for row in owned where begin(row.id) {
                    let lease = lease(row)
                    group.addTask { await self.look(lease) }
                }
                await signal.wait(atMost: pause(of: owned), by: time)
            }
        }
        // Whoever comes next need not wait for our time to run out.
        try? await parts.store.releaseSubscriptions(node: node)
    }

    /// One look at everything that this node has, one subscription after the other, until there is nothing left to do
    /// now. Returns how many looks that took.
    @discardableResult
    package func round() async throws -> Int {
        let rows = try await parts.store.claimSubscriptions(
            node: node, microseconds: parts.options.lease.microseconds)
        var looks = 0
        for row in rows {
            while try await pass(lease(row)) == .zero { looks += 1 }
        }
        return looks
    }

    // MARK: - One subscription

    private func lease(_ row: SubscriptionRow) -> SubscriptionLease {
        SubscriptionLease(id: row.id, node: node, epoch: row.epoch)
    }

    private func look(_ lease: SubscriptionLease) async {
        var rest = parts.options.poll
        do {
            rest = try await pass(lease) ?? rest
        } catch {
            if !Task.isCancelled {
                parts.logger.warning(
                    "a webhook has to wait", metadata: ["webhook": "\(lease.id)", "error": "\(error)"])
            }
        }
        let end = time.now + rest
        state.withLock { state in
            state.busy.remove(lease.id)
            state.restUntil[lease.id] = end
        }
        if rest == .zero { signal.raise() }
    }

    /// Nil when this node has nothing to do with the subscription any more.
    private func pass(_ lease: SubscriptionLease) async throws -> Duration? {
        guard let row = try await parts.store.subscription(lease.id), row.state == .active, row.owner == node,
            row.epoch == lease.epoch
        else { return nil }
        let place = state.withLock { $0.places[lease.id] } ?? WebhookPlace()
        var pass = WebhookPass(parts: parts, lease: lease, row: row, place: place)
        let rest = try await pass.run()
        let left = pass.place
        state.withLock { $0.places[lease.id] = left }
        return rest
    }

    // MARK: - All of them

    private func claim() async -> [SubscriptionRow]? {
        do {
            let rows = try await parts.store.claimSubscriptions(
                node: node, microseconds: parts.options.lease.microseconds)
            forget(allBut: Set(rows.map(\.id)))
            return rows
        } catch {
            parts.logger.warning("webhooks cannot be claimed", metadata: ["error": "\(error)"])
            return nil
        }
    }

    private func forget(allBut ids: Set<String>) {
        state.withLock { state in
            let kept = ids.union(state.busy)
            state.places = state.places.filter { kept.contains($0.key) }
            state.restUntil = state.restUntil.filter { kept.contains($0.key) }
        }
    }

    private func takeClaim() -> Bool {
        state.withLock { state in
            defer { state.mustClaim = false }
            return state.mustClaim
        }
    }

    /// Whether it is its turn; then it is, until ``look(_:)`` is done.
    private func begin(_ id: String) -> Bool {
        let now = time.now
        return state.withLock { state in
            guard !state.busy.contains(id), state.restUntil[id].map({ $0 <= now }) ?? true else { return false }
            state.busy.insert(id)
            return true
        }
    }

    private func pause(of owned: [SubscriptionRow]) -> Duration {
        let now = time.now
        let ends = state.withLock { state in
            owned.filter { !state.busy.contains($0.id) }.compactMap { state.restUntil[$0.id] }
        }
        return max(.milliseconds(1), min(parts.options.poll, ends.min().map { $0 - now } ?? parts.options.poll))
    }
}
