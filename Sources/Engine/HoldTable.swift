import JSONValue
import Store

/// The holds that stand, and what they cover.
struct HoldTable: Sendable {
    private let stages: Set<String>
    private let communities: Set<String>
    private let isEverything: Bool
    /// Endpoints that are held, and all; read only where one is held.
    let heldEndpoints: Set<String>
    private let endpoints: [EndpointRow]

    static func read(_ store: any Store) async throws -> HoldTable {
        let holds = try await store.holds()
        let endpoints = holds.contains { $0.scope == .endpoint } ? try await store.endpoints().map(\.endpoint) : []
        return HoldTable(holds, endpoints: endpoints)
    }

    init(_ holds: [HoldRow], endpoints: [EndpointRow]) {
        let names = { (scope: HoldRow.Scope) in Set(holds.filter { $0.scope == scope }.map(\.name)) }
        stages = names(.stage)
        communities = names(.community)
        heldEndpoints = names(.endpoint)
        isEverything = holds.contains { $0.scope == .everything }
        self.endpoints = endpoints
    }

    /// Whether nobody may get the job. One that another endpoint can do is covered only when all of them are held.
    func covers(_ job: JobRow) -> Bool {
        if isEverything || stages.contains(job.stage) || communities.contains(job.community) { return true }
        let able = endpoints.filter { $0.capabilities.contains(job.source) }
        return !able.isEmpty && able.allSatisfy { heldEndpoints.contains($0.name) }
    }
}

extension JobRow {
    /// The job with its whole time in the queue before it.
    func postponed(_ policy: any EnginePolicy) -> PostponedJob {
        PostponedJob(key: key, wakeAt: wakeAt, queueMicroseconds: policy.queueLimit(of: source).microseconds)
    }
}
