import JSONValue

/// Runs a chart: a snapshot and an event go in, the next snapshot and the effects come out.
///
/// A value without any memory of its own: equal inputs give equal outputs, on every machine.
package struct Interpreter: Sendable {
    package let chart: Chart
    package let microstepLimit: Int

    package init(chart: Chart, microstepLimit: Int = 1000) {
        self.chart = chart
        self.microstepLimit = microstepLimit
    }

    /// Enters the chart's initial configuration. `context` goes over the chart's own initial context.
    package func start(context: JSONObject = [:], surroundings: Surroundings) throws(ChartError) -> Macrostep {
        let snapshot = Snapshot(context: chart.context.merging(context))
        var run = MacrostepRun(
            chart: chart, snapshot: snapshot, active: [Bool](repeating: false, count: chart.states.count),
            event: Event("start"), surroundings: surroundings, microstepLimit: microstepLimit)
        run.isContextChanged = true
        try run.enterInitialConfiguration()
        try run.complete()
        return run.macrostep(.taken)
    }

    /// Takes one event to the end. On an error nothing has changed.
    package func step(
        _ snapshot: Snapshot, _ event: Event, surroundings: Surroundings
    ) throws(ChartError) -> Macrostep {
        let active = try activeStates(of: snapshot)
        var run = MacrostepRun(
            chart: chart, snapshot: snapshot, active: active, event: event, surroundings: surroundings,
            microstepLimit: microstepLimit)
        guard run.acceptOrigin(of: event) else { return run.macrostep(.stale) }
        let hasEnded = run.hasEnded
        if !hasEnded { try run.take(event) }
        guard run.hasTaken || run.hasSettledOrigin else { return run.macrostep(.ignored) }
        if !hasEnded { try run.complete() }
        return run.macrostep(.taken)
    }

    /// Unpacks a configuration and makes sure that it is one of this chart.
    private func activeStates(of snapshot: Snapshot) throws(ChartError) -> [Bool] {
        for path in snapshot.configuration {
            guard let id = chart.shape.idByPath[path] else {
                throw ChartError(.unknownState, state: path, "the chart '\(chart.id)' has no state '\(path)'")
            }
            guard chart.states[id].isAtomic else {
                throw ChartError(.unknownState, state: path, "the state '\(path)' has states within it or is a history")
            }
        }
        guard let active = chart.activeStates(snapshot.configuration), isLegal(active) else {
            let text = snapshot.configuration.joined(separator: ", ")
            throw ChartError(.unknownState, state: "", "[\(text)] is no configuration of the chart '\(chart.id)'")
        }
        return active
    }

    /// One child of each active compound state, all children of each active parallel state.
    private func isLegal(_ active: [Bool]) -> Bool {
        guard active.first == true else { return false }
        return active.indices.allSatisfy { id in
            guard active[id] else { return true }
            let entered = chart.shape.regions[id].count { active[$0] }
            switch chart.shape.kinds[id] {
            case .compound: return entered == 1
            case .parallel: return entered == chart.shape.regions[id].count
            case .atomic, .final, .history: return true
            }
        }
    }
}
