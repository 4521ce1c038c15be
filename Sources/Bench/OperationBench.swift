import Engine
import JSONValue
import Logging
import Pipeline
import Service
import Store
import Threads

/// Measures an operation on many: failed posts are retried, and fail again, while the operation goes on.
package struct OperationBench: Sendable {
    private let posts: Int
    private let rate: Int
    private let progress: @Sendable (String) -> Void

    /// `rate`: posts a second that the operation works on, at most.
    package init(posts: Int, rate: Int, progress: @escaping @Sendable (String) -> Void) {
        self.posts = posts
        self.rate = rate
        self.progress = progress
    }

    package func run(on target: BenchTarget) async throws -> JSON {
        progress("\(target.name): preparing")
        let database = try await BenchDatabase.open(target)
        do {
            let store = try database.store(lanes: 2)
            let figures = try await measure(store, target)
            await store.close()
            await database.remove()
            return figures
        } catch {
            await database.remove()
            throw error
        }
    }

    private func measure(_ store: any Store, _ target: BenchTarget) async throws -> JSON {
        _ = try await store.migrate()
        try await store.maintain()
        let chart = try ChartLoader.current(try BenchSettings.load().values)
        try await store.saveChart(digest: chart.digest, id: chart.id, source: chart.source)
        let charts = ChartRegistry()
        try charts.addCurrent(chart)
        try await store.reconcileEndpoints(MockPerformer.endpoints(concurrency: 1000))
        var options = EngineOptions()
        options.operationRate = rate
        let engine = Engine(
            store: store, policy: PipelinePolicy(charts: charts, settings: PipelineSettings()),
            performers: [FailingPerformer()], node: "bench", clock: DatabaseClock(try await store.now()),
            options: options,
            logger: Logger(label: "rejoinder.bench"))
        let failures = Shared(0)
        engine.observe { writes in
            let count = writes.count { $0.state.status == QueueStatus.failed.rawValue }
            failures.withLock { $0 += count }
        }
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await engine.run() }
            do {
                let figures = try await measure(engine, failures, target)
                await engine.drain(grace: .zero)
                return figures
            } catch {
                await engine.drain(grace: .zero)
                throw error
            }
        }
    }

    private func measure(_ engine: Engine, _ failures: Shared<Int>, _ target: BenchTarget) async throws -> JSON {
        progress("\(target.name): making \(posts) posts that fail")
        let made = MadeUpPosts(now: engine.clock.now)
        for start in stride(from: 0, to: posts, by: 500) {
            let batch = (start..<min(start + 500, posts)).map(made.post)
            _ = try await engine.create(batch, actor: "tool:bench")
        }
        // Failures are counted by performers, which tell nobody.
        while failures.value < posts { try await Task.sleep(for: .milliseconds(100)) }
        progress("\(target.name): retrying them, at most \(rate) a second")
        var filter = PostFilter()
        filter.status = QueueStatus.failed.rawValue
        let total = try await engine.store.countPosts(filter)
        let cpu = ProcessUsage.cpuMicroseconds
        let began = ContinuousClock.now
        let operation = try await engine.store.create(
            OperationRow(
                kind: .retry, filter: filter, parameters: [:], reason: "measured", actor: "tool:bench", total: total))
        engine.operations.wake()
        var row = operation
        while row.state.isOpen {
            // The operation runs in the background: its row is what tells of it.
            try await Task.sleep(for: .milliseconds(100))
            row = try await engine.store.operation(operation.id) ?? row
        }
        let seconds = (ContinuousClock.now - began) / .seconds(1)
        guard row.state == .done, row.progress.done == posts else {
            throw BenchError("the operation is \(row.state.rawValue) with \(row.progress.done) of \(posts) done")
        }
        let again = failures.value - posts
        while failures.value < 2 * posts { try await Task.sleep(for: .milliseconds(100)) }
        return [
            "workload": "operation", "database": .string(target.name), "posts": .int(Int64(posts)),
            "rate": .int(Int64(rate)), "seconds": .rounded(seconds, 1),
            "posts_per_s": .rounded(Double(posts) / seconds, 0), "failed_again": .int(Int64(again)),
            "cpu_us_per_post": .rounded(Double(ProcessUsage.cpuMicroseconds - cpu) / Double(posts), 0),
            "rss_mb": .rounded(ProcessUsage.residentMegabytes, 1), "load": .rounded(ProcessUsage.load, 2),
        ]
    }
}

/// Fails each job at once, for good.
private struct FailingPerformer: Performer {
    func canPerform(_ wireProtocol: String) -> Bool { true }
    func isRepeatable(_ source: String) -> Bool { true }

    func perform(_ assignment: Assignment) async -> PerformOutcome {
        .failed(JobFailure(code: "made_up", message: "made up", isRetryable: false))
    }
}
