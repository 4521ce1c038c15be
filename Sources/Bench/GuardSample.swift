import ChartFormat
import JSONValue
import Pipeline
import Statechart

/// A guard with a scope in which it has a value.
struct GuardSample {
    let expression: Expression
    let scope: Scope

    /// The guards of a chart that find all they ask for, and one of four comparisons over context and event.
    static func conditions(of chart: Chart, settings: JSON) throws -> [GuardSample] {
        let event: JSONObject = [
            "attempt": 1, "retryable": true, "code": "timeout", "message": "",
            "facts": [
                "decision": "needs_human", "outcome": "all_supported", "action": "reply", "violations": 1,
                "removed": "no", "found": false, "claims": 2,
            ],
        ]
        var context = chart.context
        context["skip"] = "bot"
        let scope = Scope(
            context: .object(context), event: .object(event), settings: settings,
            now: Timestamp(microseconds: 1_800_000_000_000_000))
        let own = chart.states.flatMap(\.transitions).compactMap(\.condition)
            .filter { (try? $0.predicate?(scope)) != nil }.map { GuardSample(expression: $0, scope: scope) }
        return own + [try fourComparisons(settings)]
    }

    private static func fourComparisons(_ settings: JSON) throws -> GuardSample {
        let chart = try ChartReader.read(
            text: """
                chart: 1
                id: sample
                schemas:
                  context:
                    type: object
                    required: [retries, labels, karma]
                    properties:
                      retries: {type: integer}
                      labels: {type: array, items: {type: string}}
                      karma: {type: integer}
                  events: {scored: {type: object, required: [score], properties: {score: {type: number}}}}
                context: {retries: 0, labels: [news, politics], karma: 500}
                initial: open
                states:
                  open:
                    on:
                      scored:
                        - guard: >-
                            context.retries < 3 && event.score >= 0.8 && !('spam' in context.labels)
                            && context.karma > 100
                          target: closed
                  closed: {type: final}
                """, file: "sample.yaml", vocabulary: PipelineVocabulary.charts)
        let scope = Scope(
            context: .object(chart.context), event: ["score": 0.9], eventName: "scored", settings: settings,
            now: Timestamp(microseconds: 1_800_000_000_000_000))
        guard let condition = chart.states.flatMap(\.transitions).compactMap(\.condition).first else {
            throw BenchError("the sample chart has no guard")
        }
        return GuardSample(expression: condition, scope: scope)
    }
}
