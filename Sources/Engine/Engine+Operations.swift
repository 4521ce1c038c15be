import JSONValue
import Store

/// What operators do.
extension Engine {
    /// Holds a post, ends its hold, or changes its priority. `ignored` when it is so already, or the post has ended.
    package func operate(
        _ operation: PostOperation, post: PostID, actor: String, expectedRevision: Int64? = nil
    ) async throws -> WorkOutcome {
        try refuseWhenDraining()
        return try await gate.take(
            Work(post: post, kind: .operate(operation), actor: actor, expectedRevision: expectedRevision))
    }

    /// Holds a stage, a community, an endpoint or everything. When it returns, this node begins nothing new of it; other
    /// nodes hear of it at once, and know it within seconds.
    package func hold(_ hold: HoldRow) async throws -> HoldRow {
        let row = try await store.hold(hold)
        try? await dispatcher.refreshHolds()
        await store.notify([.endpoints])
        return row
    }

    /// Ends such a hold. What waited under it has its whole time in the queue before it again. False when there was none.
    package func release(
        _ scope: HoldRow.Scope, name: String, actor: String, reason: String
    ) async throws -> Bool {
        guard try await store.holds().contains(where: { $0.scope == scope && $0.name == name }) else { return false }
        // While the hold still stands: broken off here, it is released again from the beginning.
        try await renewClocks(scope, name)
        let isReleased = try await store.release(scope, name: name, actor: actor, reason: reason)
        try? await dispatcher.refreshHolds()
        dispatcher.wake()
        await store.notify([.endpoints])
        return isReleased
    }

    private func renewClocks(_ scope: HoldRow.Scope, _ name: String) async throws {
        var filter = WaitingJobs()
        switch scope {
        case .everything: break
        case .stage: filter.stage = name
        case .community: filter.community = name
        case .endpoint:
            let loads = try await store.endpoints()
            filter.sources = loads.first { $0.endpoint.name == name }?.endpoint.capabilities ?? []
        }
        var cursor: JobKey?
        while true {
            let jobs = try await store.waitingJobs(filter, after: cursor, limit: 1000)
            _ = try await store.postpone(jobs.map { $0.postponed(policy) })
            guard jobs.count == 1000, let last = jobs.last else { return }
            cursor = last.key
        }
    }
}
