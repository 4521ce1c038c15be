import JSONValue

/// The words that charts may use: what the pipeline can do, and the types of what it says. A chart that names another
/// is refused with the place.
///
/// Types are JSON Schemas; `[:]` (or `true`) leaves a value untyped.
package struct ChartVocabulary: Sendable {
    /// What `invoke.src` may name, each with the schema of `event.facts` in its `onDone`.
    package var jobs: [String: JSON]
    /// What `actions` may name, each with the schema of its `params` object.
    package var actions: [String: JSON]
    /// Named delays for `after` and `timeout`.
    package var delays: Set<String>
    /// The schema of `settings`.
    package var settings: JSON
    /// Events that the engine itself sends, each with the schema of its payload.
    package var events: [String: JSON]

    /// Guards that charts may name, each with its expression.
    package var guards: [String: String]
    /// True takes any job, action, delay and guard: for charts that are looked at and never run.
    package var isOpen: Bool

    package init(
        jobs: [String: JSON] = [:], actions: [String: JSON] = [:], delays: Set<String> = [], settings: JSON = [:],
        events: [String: JSON] = ChartVocabulary.jobEvents, guards: [String: String] = [:], isOpen: Bool = false
    ) {
        self.jobs = jobs
        self.actions = actions
        self.delays = delays
        self.settings = settings
        self.events = events
        self.guards = guards
        self.isOpen = isOpen
    }

    /// Takes every name: enough to draw a chart and to explore its structure. A guard of which only the name is known
    /// becomes an expression whose evaluation is an error, and its text is the name.
    package static let open = ChartVocabulary(isOpen: true)
}

extension ChartVocabulary {
    /// What the engine says about a job that has not ended yet.
    package static let jobEvents: [String: JSON] = [
        "job.assigned": record(["job": "integer", "attempt": "integer", "endpoint": "string"]),
        "job.limited": record(["job": "integer", "until": "integer", "wait_s": "number", "reason": "string"]),
        "job.returned": record(["job": "integer", "attempt": "integer", "code": "string", "message": "string"]),
    ]

    /// What an invocation's `onError` hears.
    package static let failure = record(
        ["code": "string", "message": "string", "retryable": "boolean", "attempt": "integer"],
        optional: ["endpoint": "string", "retry_after_s": "number"])

    /// What an invocation's `onDone` hears.
    package func completion(of source: String) -> JSON {
        var schema = Self.record(["attempt": "integer"], optional: ["endpoint": "string"]).object ?? [:]
        var properties = schema["properties"]?.object ?? [:]
        properties["facts"] = jobs[source] ?? [:]
        schema["properties"] = .object(properties)
        schema["required"] = ["attempt", "facts"]
        return .object(schema)
    }

    private static func record(_ members: [String: String], optional: [String: String] = [:]) -> JSON {
        let all = members.merging(optional) { first, _ in first }
        return [
            "type": "object", "required": .array(members.keys.sorted().map(JSON.string)),
            "properties": .object(
                JSONObject(all.sorted { $0.key < $1.key }.map { ($0.key, ["type": .string($0.value)]) })),
            "additionalProperties": false,
        ]
    }
}
