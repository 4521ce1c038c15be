import Engine
import JSONValue
import Logging
import Pipeline
import Service
import Statechart
import Store

/// A chart on the real engine and the real store; only the far sides are made up.
struct EngineWorkload: Sendable {
    let lanes: Int
    let chart: Chart
    let endpoints: [EndpointRow]
    var settings = PipelineSettings()
    let performer: @Sendable (Stopwatch) -> any Performer

    struct Measured: Sendable {
        let reading: Stopwatch.Reading
        let seconds: Double
        let usage: UsageMeter.Usage
        let residentMegabytes: Double
        let load: Double

        func report(
            _ workload: String, _ target: BenchTarget, _ limits: MachineLimits, _ disk: Double?
        ) -> BenchReport {
            BenchReport(
                workload: workload, target: target, transitions: reading.transitions, commits: reading.commits,
                seconds: seconds, latencies: reading.latencies, usage: usage, residentMegabytes: residentMegabytes,
                load: load, limits: limits, disk: disk)
        }
    }

    /// Posts that come to their end within this time are fast enough to wait for.
    private static let limit = Duration.seconds(900)

    /// Submits so many posts at once, and returns when all have come to their end.
    static func live(_ posts: Int, on engine: Engine, _ stopwatch: Stopwatch) async throws {
        let made = MadeUpPosts(now: engine.clock.now)
        let batch = (0..<posts).map(made.post)
        for start in stride(from: 0, to: posts, by: 500) {
            _ = try await engine.create(Array(batch[start..<min(start + 500, posts)]), actor: "tool:bench")
        }
        let isFinished = await stopwatch.wait(atMost: limit)
        let reading = stopwatch.reading
        guard isFinished, reading.stranded == 0 else {
            throw BenchError("only \(reading.settled) of \(posts) posts settled, \(reading.stranded) wait for a person")
        }
    }

    /// Migrates, starts the engine, measures what `body` lets it do, and then lets `check` look at what is stored.
    func run(
        on database: BenchDatabase, _ stopwatch: Stopwatch, _ body: (Engine) async throws -> Void,
        check: (any Store) async throws -> Void = { _ in }
    ) async throws -> Measured {
        let store = try database.store(lanes: lanes)
        do {
            let measured = try await run(on: store, database, stopwatch, body)
            try await check(store)
            await store.close()
            return measured
        } catch {
            await store.close()
            throw error
        }
    }

    private func run(
        on store: any Store, _ database: BenchDatabase, _ stopwatch: Stopwatch, _ body: (Engine) async throws -> Void
    ) async throws -> Measured {
        _ = try await store.migrate()
        try await store.maintain()
        let charts = try await charts(store)
        try await store.reconcileEndpoints(endpoints)
        let engine = Engine(
            store: store, policy: PipelinePolicy(charts: charts, settings: settings),
            performers: [performer(stopwatch)], node: "bench", clock: DatabaseClock(try await store.now()),
            options: options, logger: Logger(label: "rejoinder.bench"))
        engine.observe { stopwatch.committed($0) }
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await engine.run() }
            do {
                let meter = try await UsageMeter(database)
                let began = ContinuousClock.now
                try await body(engine)
                let seconds = (ContinuousClock.now - began) / .seconds(1)
                let measured = Measured(
                    reading: stopwatch.reading, seconds: seconds, usage: try await meter.finish(),
                    residentMegabytes: ProcessUsage.residentMegabytes, load: ProcessUsage.load)
                await engine.drain(grace: .zero)
                return measured
            } catch {
                await engine.drain(grace: .zero)
                throw error
            }
        }
    }

    private func charts(_ store: any Store) async throws -> ChartRegistry {
        try await store.saveChart(digest: chart.digest, id: chart.id, source: chart.source)
        let charts = ChartRegistry()
        try charts.addCurrent(chart)
        return charts
    }

    private var options: EngineOptions {
        var options = EngineOptions()
        options.lanes = lanes
        return options
    }
}
