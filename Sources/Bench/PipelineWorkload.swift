import Engine
import Pipeline
import Service

/// The whole pipeline: the built-in chart with all its stages.
struct PipelineWorkload: Sendable {
    let lanes: Int
    let concurrency: Int
    /// Looks at the published comment before the post is settled.
    let checks: Int

    /// Migrates, starts the engine, and measures what `body` lets it do.
    func run(
        on database: BenchDatabase, _ stopwatch: Stopwatch, _ body: (Engine) async throws -> Void
    ) async throws -> EngineWorkload.Measured {
        try await EngineWorkload(
            lanes: lanes, chart: try ChartLoader.current(try BenchSettings.load().values),
            endpoints: MockPerformer.endpoints(concurrency: concurrency), settings: settings,
            performer: { MockPerformer(stopwatch: $0) }
        ).run(on: database, stopwatch, body)
    }

    /// Nothing waits for its time: engagement is looked at as soon as the comment is out.
    private var settings: PipelineSettings {
        var settings = PipelineSettings()
        settings.engagementAges = Array(repeating: .zero, count: max(1, checks))
        return settings
    }
}
