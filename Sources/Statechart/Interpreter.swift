import JSONValue

/// Runs a chart.
package struct Interpreter: Sendable {
    package func start(context: JSONObject = [:], surroundings: Surroundings) throws(ChartError) -> Macrostep {
        throw ChartError(.unknownState, state: "", "there is no chart")
    }

    package func step(_ snapshot: Snapshot, _ event: Event, surroundings: Surroundings) throws(ChartError) -> Macrostep {
        throw ChartError(.unknownState, state: "", "there is no chart")
    }
}
