import JSONValue
import Store

/// A store in memory lives as long as a run: it does not grow for ever, and nothing of it is looked after. These verbs
/// are beside the way of a macrostep, and no part of what the simulation proves.
extension MemoryStore {
    private static var missing: StoreError { StoreError(.incompatible, "a store in memory has no upkeep") }

    package func beginUpkeep() async throws -> Bool { false }
    package func endUpkeep() async {}
    package func finishedPosts(after cursor: PostID?, rows: Int) async throws -> FinishedPage { throw Self.missing }
    package func records(_ ids: [PostID]) async throws -> [PostRecord] { throw Self.missing }
    package func purge(_ posts: [FinishedPost]) async throws -> Int { throw Self.missing }
    package func purgeTexts(of ids: [PostID]) async throws -> Int { throw Self.missing }
    package func purged(_ ids: [PostID]) async throws -> [PostID: Timestamp] { [:] }
    package func trimLogs(_ limits: LogLimits, slice: Int) async throws -> Int { throw Self.missing }
    package func inspect(limit: Int) async throws -> Inspection { throw Self.missing }

    package func dropPartitions(transitions: Timestamp, deliveries: Timestamp) async throws -> [String] {
        throw Self.missing
    }

    package func liveJobs(of ids: [PostID]) async throws -> [JobRow] {
        try await read("liveJobs") { database, _ in
            let jobs = ids.compactMap { database.posts[$0]?.jobs.values }.flatMap(\.self)
            return jobs.sorted { $0.key < $1.key }
        }
    }
}
