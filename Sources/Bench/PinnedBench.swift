import Engine
import JSONValue
import Postgres
import Threads

/// Measures a steady rate while a transaction elsewhere holds the oldest snapshot open, so that nothing dead can be
/// removed. Open loop: posts are offered whether or not those before are done.
package struct PinnedBench: Sendable {
    private let perSecond: Int
    private let seconds: Int
    private let progress: @Sendable (String) -> Void

    package init(perSecond: Int, seconds: Int, progress: @escaping @Sendable (String) -> Void) {
        self.perSecond = perSecond
        self.seconds = seconds
        self.progress = progress
    }

    /// Transitions in the life of a post of the built-in chart with one look at its comment.
    private static let perPost = 14

    package func run(on target: BenchTarget) async throws -> JSON {
        guard target.isPostgres else { throw BenchError("only Postgres has snapshots that others can hold open") }
        progress("\(target.name): preparing")
        return try await BenchDatabase.with(target) { try await measure($0) }
    }

    private func measure(_ database: BenchDatabase) async throws -> JSON {
        let disk = DiskProbe.fdatasyncMicroseconds(folder: database.folder)
        let holder = SnapshotHolder(database.location, for: .seconds(seconds) + .seconds(300))
        let stopwatch = Stopwatch(goal: .max)
        let pinned = Shared(0.0)
        let measured = try await PipelineWorkload(lanes: 2, concurrency: 1000, checks: 1)
            .run(on: database, stopwatch) { engine in
                try await holder.begin()
                try await offer(to: engine)
                try await pinned.set(holder.seconds())
                await holder.end()
                guard pinned.value >= Double(seconds) else { throw BenchError("the snapshot was not held to the end") }
            }
        let limits = try await database.limits()
        let rate = Double(measured.reading.transitions) / measured.seconds
        return measured.report("pinned", database.target, limits, disk).json([
            "offered_per_s": .int(Int64(perSecond)), "held_percent": .rounded(rate / Double(perSecond) * 100, 1),
            "pinned_s": .rounded(pinned.value, 1),
        ])
    }

    private func offer(to engine: Engine) async throws {
        let made = MadeUpPosts(now: engine.clock.now)
        progress("\(perSecond) transitions a second for \(seconds) seconds beside an open snapshot")
        let loop = OpenLoop(perSecond: Double(perSecond) / Double(Self.perPost), duration: .seconds(seconds))
        await loop.run { numbers in
            let posts = numbers.map(made.post)
            // A task of its own: a slow commit must not slow the offers. What fails is missing in the rate.
            Task { _ = try? await engine.create(posts, actor: "tool:bench") }
        }
    }
}
