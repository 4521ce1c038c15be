import JSONValue

/// Runs a chart: a snapshot and an event go in, the next snapshot and the effects come out.
///
/// A value without any memory of its own: equal inputs give equal outputs, on every machine. Instances of other charts
/// that the chart invokes live within the snapshot, and what they and the instance send each other is handled in the
/// same call.
package struct Interpreter: Sendable {
    package var chart: Chart { loaded.chart }
    package let microstepLimit: Int
    private let loaded: LoadedChart

    package init(chart: Chart, microstepLimit: Int = 1000) {
        loaded = LoadedChart(chart)
        self.microstepLimit = microstepLimit
    }

    /// Enters the chart's initial configuration. `context` goes over the chart's own initial context. `session` is what
    /// imported SCXML sees as `_sessionid`.
    package func start(
        context: JSONObject = [:], session: String = "", surroundings: Surroundings
    ) throws(ChartError) -> Macrostep {
        var snapshot = Snapshot()
        if chart.rules == .scxml { snapshot.session = session.isEmpty ? "session" : session }
        var run = MacrostepRun(loaded, snapshot, StateSet(), surroundings, microstepLimit)
        try run.begin(context)
        try run.drain()
        return run.macrostep(.taken)
    }

    /// Takes one event to the end. On an error nothing has changed.
    package func step(
        _ snapshot: Snapshot, _ event: Event, surroundings: Surroundings
    ) throws(ChartError) -> Macrostep {
        var run = try MacrostepRun.restoring(snapshot, of: loaded, surroundings, microstepLimit)
        guard try run.input(event) else { return run.unchanged(.stale, snapshot) }
        try run.drain()
        guard run.hasTaken || run.hasSettledOrigin else { return run.unchanged(.ignored, snapshot) }
        return run.macrostep(.taken)
    }

    /// What a snapshot stands for that was made elsewhere, as by a migration: its `meta`, whether it has ended, whether
    /// it waits for a person. Nothing is taken; throws when the chart has no such configuration.
    package func standing(_ snapshot: Snapshot, surroundings: Surroundings) throws(ChartError) -> Macrostep {
        var run = try MacrostepRun.restoring(snapshot, of: loaded, surroundings, microstepLimit)
        return run.unchanged(.ignored, snapshot)
    }
}

/// A chart behind one reference, so that a macrostep need not copy it.
final class LoadedChart: Sendable {
    let chart: Chart

    init(_ chart: Chart) { self.chart = chart }
}
