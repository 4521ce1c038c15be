import JSONValue
import Logging
import Postgres
import Store
import StorePostgres
import Threads
import Upkeep

/// Measures a purge of many finished posts on Postgres, and what single commits beside it notice.
package struct PurgeBench: Sendable {
    private let posts: Int
    private let rate: Int
    private let progress: @Sendable (String) -> Void

    /// `rate`: single commits a second that are begun whether or not the last ones are answered.
    package init(posts: Int, rate: Int, progress: @escaping @Sendable (String) -> Void) {
        self.posts = posts
        self.rate = rate
        self.progress = progress
    }

    package func run(on target: BenchTarget) async throws -> JSON {
        guard target.isPostgres else { throw BenchError("the purge is measured on Postgres: --database postgres") }
        let database = try await BenchDatabase.open(target)
        do {
            let store = PostgresStore(url: database.location, node: "bench")
            let figures = try await measure(store, database.location)
            await store.close()
            await database.remove()
            return figures
        } catch {
            await database.remove()
            throw error
        }
    }

    private func measure(_ store: PostgresStore, _ url: String) async throws -> JSON {
        _ = try await store.migrate()
        progress("making \(posts) finished posts of 100 days ago")
        let old = FinishedPosts(store: store, url: url)
        try await old.make(posts, progress: progress)
        let load = CommitLoad(store: store, rate: rate)
        try await load.prepare()
        progress("single commits, \(rate) a second, alone for 20 s")
        // As long as it takes to see what commits cost alone.
        let before = try await load.run { try await Task.sleep(for: .seconds(20)) }
        progress("the purge beside them")
        let upkeep = UpkeepLoop(
            store: store, limits: UpkeepLimits(), node: "bench", logger: Logger(label: "rejoinder.bench"))
        let began = ContinuousClock.now
        let report = Shared<UpkeepReport?>(nil)
        let during = try await load.run { report.set(try await upkeep.round()) }
        let took = ContinuousClock.now - began
        guard let done = report.value, done.purged == posts else {
            throw BenchError("purged \(report.value?.purged ?? 0) of \(posts)")
        }
        return [
            "workload": "purge", "database": "postgres", "posts": .int(Int64(posts)),
            "rows": .int(Int64(posts * FinishedPosts.rows)), "seconds": .rounded(took / .seconds(1), 1),
            "posts_per_s": .rounded(Double(posts) / (took / .seconds(1)), 0),
            "partitions_dropped": .int(Int64(done.droppedPartitions.count)), "commits_per_s": .int(Int64(rate)),
            "alone": before.json, "beside": during.json, "load": .rounded(ProcessUsage.load, 2),
        ]
    }
}
