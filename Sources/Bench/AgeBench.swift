import JSONValue
import Store
import StorePostgres

/// What a transition costs on a database with many finished posts, as a share of what it costs on an empty one.
package struct AgeBench: Sendable {
    private let posts: Int
    private let finished: Int
    private let pairs: Int
    private let progress: @Sendable (String) -> Void
    private let workload = PipelineWorkload(lanes: 2, concurrency: 1000, checks: 1)

    /// `posts` go through the pipeline in each run; `finished` ended before in the aged database.
    package init(posts: Int, finished: Int, pairs: Int, progress: @escaping @Sendable (String) -> Void) {
        self.posts = posts
        self.finished = finished
        self.pairs = pairs
        self.progress = progress
    }

    /// Runs on both by turns, the empty one first in every other pair: what the machine does meanwhile falls on both.
    package func run(on target: BenchTarget) async throws -> JSON {
        guard target.isPostgres else { throw BenchError("age is measured on Postgres: --database postgres") }
        return try await BenchDatabase.with(target) { aged in
            try await fill(aged)
            var costs: [(empty: Cost, aged: Cost)] = []
            for pair in 0..<pairs {
                let isEmptyFirst = pair.isMultiple(of: 2)
                let first = isEmptyFirst ? try await cost(besides: aged, pair) : try await cost(of: aged)
                let second = isEmptyFirst ? try await cost(of: aged) : try await cost(besides: aged, pair)
                let (empty, old) = isEmptyFirst ? (first, second) : (second, first)
                costs.append((empty, old))
                progress("pair \(pair + 1): \(empty.text) empty, \(old.text) aged")
            }
            return report(costs)
        }
    }

    private func fill(_ database: BenchDatabase) async throws {
        let store = PostgresStore(url: database.location, node: "bench")
        do {
            _ = try await store.migrate()
            progress("making \(finished) finished posts")
            try await FinishedPosts(store: store, url: database.location).make(finished, progress: progress)
            await store.close()
        } catch {
            await store.close()
            throw error
        }
    }

    /// On a new empty database of the same server.
    private func cost(besides aged: BenchDatabase, _ pair: Int) async throws -> Cost {
        let empty = try await aged.sibling("empty\(pair)")
        do {
            let cost = try await cost(of: empty)
            await empty.remove()
            return cost
        } catch {
            await empty.remove()
            throw error
        }
    }

    private func cost(of database: BenchDatabase) async throws -> Cost {
        let stopwatch = Stopwatch(goal: posts)
        let measured = try await workload.run(on: database, stopwatch) { engine in
            try await EngineWorkload.live(posts, on: engine, stopwatch)
        }
        let count = Double(max(1, measured.reading.transitions))
        return Cost(
            process: Double(measured.usage.processMicroseconds) / count,
            database: Double(measured.usage.databaseMicroseconds ?? 0) / count)
    }

    private func report(_ costs: [(empty: Cost, aged: Cost)]) -> JSON {
        let ratios = costs.map { $0.aged.sum / $0.empty.sum }
        return [
            "workload": "age", "database": "postgres", "posts": .int(Int64(posts)),
            "finished_posts": .int(Int64(finished)), "pairs": .int(Int64(pairs)),
            "cpu_ratio_median": .rounded(Self.median(ratios), 3),
            "cpu_ratios": .array(ratios.map { .rounded($0, 3) }),
            "process_ratio_median": .rounded(Self.median(costs.map { $0.aged.process / $0.empty.process }), 3),
            "database_ratio_median": .rounded(Self.median(costs.map { $0.aged.database / $0.empty.database }), 3),
            "empty_process_cpu_us_per_transition": .rounded(Self.median(costs.map(\.empty.process)), 1),
            "empty_database_cpu_us_per_transition": .rounded(Self.median(costs.map(\.empty.database)), 1),
            "aged_process_cpu_us_per_transition": .rounded(Self.median(costs.map(\.aged.process)), 1),
            "aged_database_cpu_us_per_transition": .rounded(Self.median(costs.map(\.aged.database)), 1),
            "rss_mb": .rounded(ProcessUsage.residentMegabytes, 1), "load": .rounded(ProcessUsage.load, 2),
        ]
    }

    private static func median(_ values: [Double]) -> Double? {
        values.isEmpty ? nil : values.sorted()[values.count / 2]
    }

    /// Microseconds of CPU for each transition.
    private struct Cost: Sendable {
        let process: Double
        let database: Double
        var sum: Double { process + database }
        var text: String { "\(Int(process)) + \(Int(database)) µs" }
    }
}
