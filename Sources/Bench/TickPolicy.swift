import ChartFormat
import Engine
import JSONValue
import Statechart
import Store

/// A chart whose posts wait for one timer, and end when it fires. How long they wait is in the post's context.
struct TickPolicy: EnginePolicy {
    static let chart = """
        chart: 1
        id: tick
        schemas:
          context: {type: object, required: [delay_us], properties: {delay_us: {type: integer}}}
        context: {delay_us: 0}
        initial: waiting
        states:
          waiting: {meta: {stage: tick, status: pending}, after: {tick.delay: done}}
          done: {type: final, meta: {stage: tick, status: completed}}
        """

    let currentChart: String
    let chartSettings: JSON = [:]
    let settingsDigest = "bench"
    private let interpreter: Interpreter

    init() throws {
        let chart = try ChartReader.read(
            text: Self.chart, file: "tick.yaml", vocabulary: ChartVocabulary(delays: ["tick.delay"]))
        interpreter = Interpreter(chart: chart)
        currentChart = chart.digest
    }

    func interpreter(for chart: String) -> Interpreter? { chart == currentChart ? interpreter : nil }

    func duration(
        of delay: String, context: JSONObject, event: JSONObject, now: Timestamp, random: Double
    ) -> Duration {
        .microseconds(context["delay_us"]?.int ?? 0)
    }

    func silence(of source: String) -> Duration { .seconds(60) }
    func queueLimit(of source: String) -> Duration { .seconds(60) }

    func expiry(of source: String, phase: JobRow.Phase) -> JobFailure {
        JobFailure(code: "timeout", message: "", isRetryable: false)
    }

    func extras(for change: EngineChange) -> Extras { Extras() }
}
