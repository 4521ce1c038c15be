import JSONValue
import Store

extension MemoryStore {
    package func dueTimers(after cursor: TimerRow?, limit: Int) async throws -> [TimerRow] {
        try await connection.run(StoreCall("dueTimers", .dueTimers)) {
            $0.dueTimers(after: cursor, limit: limit, at: $1)
        }
    }

    package func dueJobs(after cursor: JobRow?, limit: Int) async throws -> [JobRow] {
        try await connection.run(StoreCall("dueJobs", .dueJobs)) { $0.dueJobs(after: cursor, limit: limit, at: $1) }
    }

    package func nextDue() async throws -> (timer: Timestamp?, job: Timestamp?) {
        try await read("nextDue") { database, _ in database.nextDue() }
    }

    package func readyJobs(sources: [String], limit: Int) async throws -> [JobRow] {
        try await read("readyJobs") { $0.readyJobs(sources: sources, limit: limit, at: $1) }
    }

    package func readyJobs(
        source: String, after community: String?, communities: Int, each: Int
    ) async throws -> [JobRow] {
        try await read("readyJobs of communities") {
            $0.readyJobs(source: source, after: community, communities: communities, each: each, at: $1)
        }
    }

    package func runningKeys(endpoint: String, after cursor: JobKey?, limit: Int) async throws -> [JobKey] {
        try await read("runningKeys") { database, _ in
            let keys = database.runningJobs(endpoint: endpoint).map(\.key)
            return Array(keys.filter { key in cursor.map { key > $0 } ?? true }.prefix(limit))
        }
    }

    package func job(_ key: JobKey) async throws -> JobRow? {
        try await read("job") { database, _ in database.job(key) }
    }

    package func recordAccepted(_ key: JobKey, attempt: Int, epoch: Int64, remoteID: String?) async throws -> Bool {
        try await write("recordAccepted") { database, _ in
            database.recordAccepted(key, attempt: attempt, epoch: epoch, remoteID: remoteID)
        }
    }

    package func recordProgress(
        _ key: JobKey, attempt: Int, silenceMicroseconds: Int64, progress: JSONObject
    ) async throws -> Bool {
        try await write("recordProgress") { database, now in
            database.recordProgress(
                key, attempt: attempt, silence: silenceMicroseconds, progress: progress, at: now)
        }
    }

    package func inbox(after id: Int64, limit: Int) async throws -> [InboxEvent] {
        try await read("inbox") { database, _ in
            Array(database.inbox.lazy.map(\.event).filter { $0.id > id }.prefix(limit))
        }
    }

    package func limits(_ keys: [String]) async throws -> [String: Timestamp] {
        try await read("limits") { database, _ in database.limits.filter { keys.contains($0.key) } }
    }

    package func drawTokens(_ lease: Lease, microseconds: Int64) async throws -> Int64 {
        try await write("drawTokens") { try $0.drawTokens(lease, microseconds: microseconds, at: $1) }
    }

    package func spending(of endpoint: String) async throws -> EndpointSpending {
        try await read("spending") { $0.spending(of: endpoint, at: $1) }
    }

    package func comments(of post: PostID) async throws -> [CommentRow] {
        try await read("comments") { database, _ in database.posts[post]?.comments ?? [] }
    }

    package func heartbeat(node: String) async throws -> Timestamp {
        try await write("heartbeat") { database, now in
            database.nodes[node] = now
            return now
        }
    }

    package func acquireLeases(node: String, microseconds: Int64) async throws -> [Lease] {
        try await write("acquireLeases") { $0.acquireLeases(node: node, microseconds: microseconds, at: $1) }
    }

    package func renewLeases(node: String, microseconds: Int64) async throws -> [Lease] {
        try await write("renewLeases") { $0.renewLeases(node: node, microseconds: microseconds, at: $1) }
    }

    package func releaseLeases(node: String) async throws {
        try await write("releaseLeases") { database, _ in database.releaseLeases(node: node) }
    }

    package func adoptStartingJobs(_ lease: Lease) async throws -> [JobRow] {
        try await write("adoptStartingJobs") { try $0.adoptStartingJobs(lease, at: $1) }
    }
}
