import Engine
import JSONValue
import Logging
import Pipeline
import Service
import Store

/// The whole pipeline on the real engine, the real store and the built-in chart; only the far sides are made up.
struct PipelineWorkload: Sendable {
    let lanes: Int
    let concurrency: Int
    /// Looks at the published comment before the post is settled.
    let checks: Int

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

    /// Migrates, starts the engine, and measures what `body` lets it do.
    func run(
        on database: BenchDatabase, _ stopwatch: Stopwatch, _ body: (Engine) async throws -> Void
    ) async throws -> Measured {
        let store = try database.store(lanes: lanes)
        do {
            let measured = try await run(on: store, database, stopwatch, body)
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
        try await store.reconcileEndpoints(MockPerformer.endpoints(concurrency: concurrency))
        let engine = Engine(
            store: store, policy: PipelinePolicy(charts: charts, settings: settings),
            performers: [MockPerformer(stopwatch: stopwatch)], node: "bench",
            clock: DatabaseClock(try await store.now()),
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
