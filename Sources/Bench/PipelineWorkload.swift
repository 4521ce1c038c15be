import Engine
import JSONValue
import Logging
import Pipeline
import Service
import Store

/// The whole pipeline on the real engine, the real store and the built-in chart; only the far sides are made up.
struct PipelineWorkload: Sendable {
    let posts: Int
    let lanes: Int
    let concurrency: Int
    /// Looks at the published comment before the post is settled.
    let checks: Int
    let progress: @Sendable (String) -> Void

    struct Figures: Sendable {
        let reading: Stopwatch.Reading
        let seconds: Double
        let cpuMicroseconds: Int64
        let residentMegabytes: Double
        let load: Double
    }

    /// Posts that come to their end within this time each are fast enough to wait for.
    private static let limit = Duration.seconds(600)

    /// Migrates, starts the engine, creates the posts and waits for the last to settle. `around` is told when the
    /// measured time begins and ends.
    func run(on store: any Store, around: () async throws -> Void) async throws -> Figures {
        _ = try await store.migrate()
        try await store.maintain()
        let charts = try await charts(store)
        try await store.reconcileEndpoints(MockPerformer.endpoints(concurrency: concurrency))
        let stopwatch = Stopwatch(goal: posts)
        let engine = Engine(
            store: store, policy: PipelinePolicy(charts: charts, settings: settings),
            performers: [MockPerformer(stopwatch: stopwatch)], node: "bench", now: try await store.now(),
            options: options, logger: Logger(label: "rejoinder.bench"))
        engine.observe { stopwatch.committed($0) }
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await engine.run() }
            do {
                try await around()
                let figures = try await measure(engine, stopwatch)
                try await around()
                await engine.drain(grace: .zero)
                return figures
            } catch {
                await engine.drain(grace: .zero)
                throw error
            }
        }
    }

    private func measure(_ engine: Engine, _ stopwatch: Stopwatch) async throws -> Figures {
        let made = MadeUpPosts(now: engine.clock.now)
        let batch = (0..<posts).map(made.post)
        let cpu = ProcessUsage.cpuMicroseconds
        let began = ContinuousClock.now
        for start in stride(from: 0, to: posts, by: 500) {
            _ = try await engine.create(Array(batch[start..<min(start + 500, posts)]), actor: "tool:bench")
        }
        let isFinished = await stopwatch.wait(atMost: Self.limit)
        let seconds = (ContinuousClock.now - began) / .seconds(1)
        let reading = stopwatch.reading
        guard isFinished, reading.stranded == 0 else {
            throw BenchError("only \(reading.settled) of \(posts) posts settled, \(reading.stranded) wait for a person")
        }
        return Figures(
            reading: reading, seconds: seconds, cpuMicroseconds: ProcessUsage.cpuMicroseconds - cpu,
            residentMegabytes: ProcessUsage.residentMegabytes, load: ProcessUsage.load)
    }

    private func charts(_ store: any Store) async throws -> ChartRegistry {
        let chart = try ChartLoader.current(try BenchSettings.load().values)
        try await store.saveChart(digest: chart.digest, id: chart.id, source: chart.source)
        let charts = ChartRegistry()
        try charts.addCurrent(chart)
        return charts
    }

    /// Nothing waits for its time: engagement is looked at as soon as the comment is out.
    private var settings: PipelineSettings {
        var settings = PipelineSettings()
        settings.engagementAges = Array(repeating: .zero, count: max(1, checks))
        return settings
    }

    private var options: EngineOptions {
        var options = EngineOptions()
        options.lanes = lanes
        return options
    }
}
