import Engine
import JSONValue
import Store

/// Measures posts that are all submitted at once and go through five durable stages: each result is committed before the
/// next stage begins.
package struct StagesBench: Sendable {
    private let posts: Int
    private let lanes: Int
    private let concurrency: Int
    private let progress: @Sendable (String) -> Void

    package init(posts: Int, lanes: Int, concurrency: Int, progress: @escaping @Sendable (String) -> Void) {
        self.posts = posts
        self.lanes = lanes
        self.concurrency = concurrency
        self.progress = progress
    }

    /// Runs the workload, then the limits; returns the figures as one JSON object.
    package func run(on target: BenchTarget) async throws -> JSON {
        progress("\(target.name): preparing")
        return try await BenchDatabase.with(target) { try await measure($0) }
    }

    private func measure(_ database: BenchDatabase) async throws -> JSON {
        let disk = DiskProbe.fdatasyncMicroseconds(folder: database.folder)
        let count = StagesChart.stages.count
        progress("\(database.target.name): \(posts) posts through \(count) stages")
        let stopwatch = Stopwatch(goal: posts)
        let workload = EngineWorkload(
            lanes: lanes, chart: try StagesChart.read(),
            endpoints: StagePerformer.endpoints(concurrency: concurrency),
            performer: { StagePerformer(stopwatch: $0) })
        let measured = try await workload.run(
            on: database, stopwatch, { try await EngineWorkload.live(posts, on: $0, stopwatch) }, check: check)
        progress("\(database.target.name): the machine's own limits")
        let limits = try await database.limits()
        let rate = Double(posts) / measured.seconds
        return measured.report("stages", database.target, limits, disk).json([
            "posts": .int(Int64(posts)), "stages": .int(Int64(count)), "lanes": .int(Int64(lanes)),
            "concurrency": .int(Int64(concurrency)), "posts_per_s": .rounded(rate, 1),
            "stages_per_s": .rounded(rate * Double(count), 1),
        ])
    }

    /// What is stored: every post has ended, with a result of each stage.
    private func check(_ store: any Store) async throws {
        var cursor: PostID?
        var seen = 0
        repeat {
            let page = try await store.listPosts(PostFilter(), after: cursor, limit: 500).map(\.row)
            for row in page {
                let stages = try await store.results(row.id).map(\.stage)
                guard row.state.waitsFor == .nothing, stages == StagesChart.stages else {
                    throw BenchError(
                        "post \(row.id) stands at \(row.state.configuration) with results of \(stages)")
                }
            }
            seen += page.count
            cursor = page.last?.id
        } while cursor != nil
        guard seen == posts else { throw BenchError("\(seen) of \(posts) posts are stored") }
    }
}
