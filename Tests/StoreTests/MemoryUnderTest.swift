import JSONValue
import Simulation
import Store
import Threads

extension StoreKind {
    /// The store of the simulation: what is proven on it holds for the others only if it keeps what they promise.
    static let memory = StoreKind(name: "memory") {
        let clock = Shared(Timestamp(seconds: 1_790_000_000))
        // Each reading is a moment later than the one before.
        let connection = DirectConnection {
            clock.withLock { now in
                now = now + .microseconds(1)
                return now
            }
        }
        return StoreUnderTest(
            store: MemoryStore(connection), advance: { span in clock.withLock { $0 = $0 + span } },
            scalar: { sql in try MemoryScalar(connection.database, at: clock.value).value(of: sql) },
            remove: { connection.close() })
    }
}

/// The few queries by which the suite looks behind a store's back, answered from the tables in memory.
struct MemoryScalar {
    private let database: MemoryDatabase
    private let now: Timestamp

    init(_ database: MemoryDatabase, at now: Timestamp) {
        self.database = database
        self.now = now
    }

    func value(of sql: String) throws -> Int64 {
        if let value = count(sql) ?? sum(sql) { return Int64(value) }
        throw StoreError(.refusedData, "the suite asks the store in memory for '\(sql)', which it does not know")
    }

    private func count(_ sql: String) -> Int? {
        guard sql.hasPrefix("SELECT count(*) FROM ") else { return nil }
        switch sql.dropFirst(21) {
        case "posts": return database.posts.count
        case "submissions": return database.all.count { $0.submission != nil }
        case "transitions": return database.all.reduce(0) { $0 + $1.history.count }
        case "jobs": return database.all.reduce(0) { $0 + $1.jobs.count }
        case "timers": return database.all.reduce(0) { $0 + $1.timers.count }
        case "inbox": return database.inbox.count
        case "deliveries": return database.deliveries.count
        case "receipts": return database.receipts.count
        case "comments": return database.all.reduce(0) { $0 + $1.comments.count }
        case "queue_results": return database.all.reduce(0) { $0 + $1.results.count }
        case "costs": return database.costs.count
        case "audit": return database.audit.count
        case "endpoints": return database.endpoints.count
        case "limits": return database.limits.count
        case "nodes": return database.nodes.count
        case "charts": return database.charts.count
        case "holds": return database.holds.count
        case "operations": return database.operations.count
        case "subscriptions": return database.outgoing.subscriptions.count
        case "webhook_deliveries": return database.outgoing.deliveries.count
        case "settings", "keys", "opt_outs", "purged_posts": return 0
        default: return selected(String(sql.dropFirst(21)))
        }
    }

    private func selected(_ rest: String) -> Int? {
        switch rest {
        case "deliveries WHERE verdict = 'stale'": database.deliveries.count { $0.verdict == .stale }
        case "deliveries WHERE post_id = 7 AND number = 1":
            database.deliveries.count { $0.job == JobKey(post: PostID(7), number: 1) }
        case "audit WHERE action = 'drain'": database.audit.count { $0.action == "drain" }
        case "audit WHERE action = 'bulk.pause'": database.audit.count { $0.action == "bulk.pause" }
        case "audit WHERE action = 'bulk.abort'": database.audit.count { $0.action == "bulk.abort" }
        case "audit WHERE subject = 'webhook:one'": database.audit.count { $0.subject == "webhook:one" }
        case "audit WHERE subject = 'stage:triage'": database.audit.count { $0.subject == "stage:triage" }
        case "stuck_posts": database.stuckPosts(limit: .max, at: now).count
        case "stuck_posts WHERE post_id = 7": database.stuckPosts(limit: .max, at: now).count { $0.post == PostID(7) }
        default: nil
        }
    }

    private func sum(_ sql: String) -> Int? {
        let posts = database.all
        switch sql {
        case "SELECT coalesce(sum(revision), 0) FROM posts": return posts.reduce(0) { $0 + Int($1.row.revision) }
        case "SELECT coalesce(sum(attempt), 0) FROM jobs":
            return posts.flatMap(\.jobs.values).reduce(0) { $0 + $1.attempt }
        case "SELECT coalesce(sum(occurrence), 0) FROM timers":
            return posts.flatMap(\.timers).reduce(0) { $0 + $1.occurrence }
        case "SELECT coalesce(sum(id), 0) FROM inbox": return database.inbox.reduce(0) { $0 + Int($1.event.id) }
        case "SELECT sum(microdollars) FROM costs": return database.costs.reduce(0) { $0 + Int($1.row.microdollars) }
        case "SELECT count(DISTINCT at) FROM transitions": return Set(posts.flatMap(\.history).map(\.at)).count
        case "SELECT current_load FROM llm_endpoints WHERE name = 'one'":
            return database.loads.first { $0.endpoint.name == "one" }?.currentLoad
        default: return nil
        }
    }
}
