import Foundation
import JSONValue
import Logging
import Service
import Store

/// Measures the whole service, listening, with many posts that wait for an endpoint which does not exist.
package struct WaitingBench: Sendable {
    private let posts: Int
    private let progress: @Sendable (String) -> Void

    package init(posts: Int, progress: @escaping @Sendable (String) -> Void) {
        self.posts = posts
        self.progress = progress
    }

    package func run(on target: BenchTarget) async throws -> JSON {
        progress("\(target.name): preparing")
        let database = try await BenchDatabase.open(target)
        do {
            let folder = try TemporaryFolder()
            defer { folder.remove() }
            let figures = try await measure(database, folder.path)
            await database.remove()
            return figures
        } catch {
            await database.remove()
            throw error
        }
    }

    private func measure(_ database: BenchDatabase, _ folder: String) async throws -> JSON {
        let settings = try BenchSettings.load([
            "database=\(database.location)", "data=\(folder)", "listen.port=0",
        ])
        let empty = Composition(settings, logger: Logger(label: "rejoinder.bench"))
        let first = ContinuousClock.now
        // Migrating belongs to the first start only; the second is what a restart takes.
        let service = try await empty.start()
        let firstStart = ContinuousClock.now - first
        await service.stop()
        let began = ContinuousClock.now
        let again = try await Composition(settings, logger: Logger(label: "rejoinder.bench")).start()
        let start = ContinuousClock.now - began
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await again.run() }
            do {
                let figures = try await measure(again, database.target, (firstStart, start))
                await again.stop()
                return figures
            } catch {
                await again.stop()
                throw error
            }
        }
    }

    private func measure(
        _ service: RunningService, _ target: BenchTarget, _ starts: (first: Duration, again: Duration)
    ) async throws -> JSON {
        try await Task.sleep(for: .seconds(1))
        let idle = ProcessUsage.residentMegabytes
        progress("\(target.name): creating \(posts) posts")
        let made = MadeUpPosts(now: service.engine.clock.now)
        let began = ContinuousClock.now
        for start in stride(from: 0, to: posts, by: 500) {
            let batch = (start..<min(start + 500, posts)).map(made.post)
            _ = try await service.engine.create(batch, actor: "tool:bench")
        }
        let created = ContinuousClock.now - began
        try await Task.sleep(for: .seconds(1))
        let cpu = ProcessUsage.cpuMicroseconds
        try await Task.sleep(for: .seconds(5))
        let used = Double(ProcessUsage.cpuMicroseconds - cpu) / 5_000_000
        return [
            "workload": "waiting", "database": .string(target.name), "posts": .int(Int64(posts)),
            "first_start_ms": .rounded(starts.first / .milliseconds(1), 1),
            "start_ms": .rounded(starts.again / .milliseconds(1), 1), "rss_idle_mb": .rounded(idle, 1),
            "rss_mb": .rounded(ProcessUsage.residentMegabytes, 1),
            "created_per_s": .rounded(Double(posts) / (created / .seconds(1)), 0),
            "idle_cpu_percent": .rounded(used * 100, 2), "load": .rounded(ProcessUsage.load, 2),
        ]
    }
}
