import ChartFormat
import JSONSchema
import JSONValue
import Statechart
import Testing

/// Charts and vocabularies for tests.
enum Charts {
    static let moment = Timestamp(microseconds: 1_800_000_000_000_000)

    /// What the service would declare, as far as the charts here need it.
    static let vocabulary = ChartVocabulary(
        jobs: [
            "triage": [
                "type": "object", "required": ["decision", "claims"],
                "properties": [
                    "decision": ["type": "string", "enum": ["research", "reject", "uncertain"]],
                    "claims": ["type": "integer"], "score": ["type": "number"],
                ],
            ],
            "probe": [:],
        ],
        actions: [
            "notify": ["type": "object", "required": ["to"], "properties": ["to": ["type": "string"]]],
            "mark": [:],
        ],
        delays: ["triage.timeout", "triage.backoff", "review.expiry"],
        settings: [
            "type": "object", "required": ["triage", "mode"],
            "properties": [
                "triage": [
                    "type": "object", "required": ["max_retries"], "properties": ["max_retries": ["type": "integer"]],
                ],
                "mode": ["type": "string", "enum": ["auto", "dry_run"]],
            ],
        ])

    static let settings: JSON = ["triage": ["max_retries": 2], "mode": "auto"]

    static let schema = Result { try Schema(recursive: ChartSchema.json) }

    /// What the reader takes, the JSON Schema for editors takes too.
    static func read(_ text: String, vocabulary: ChartVocabulary = vocabulary) throws -> Chart {
        let chart = try ChartReader.read(text: text, file: "test.yaml", vocabulary: vocabulary)
        let violations = try schema.get().validate(ChartReader.json(text: text, file: "test.yaml"))
        #expect(violations.isEmpty, "\(text): \(violations)")
        return chart
    }

    static func check(_ text: String) -> [ChartDiagnostic] {
        ChartReader.check(text: text, file: "test.yaml", vocabulary: vocabulary)
    }

    /// The example of the design, with the states that it refers to.
    static let triage = """
        chart: 1                       # version of this format
        id: post
        schemas:
          context:                     # typed; a value that does not fit is refused
            type: object
            required: [retries]
            properties: {retries: {type: integer}, claims: {type: integer}}
          events:                      # what may come from outside, and what it carries
            approve: {type: object, required: [by], properties: {by: {type: string}}}
            retry: {type: object}
        context: {retries: 0, claims: 0}
        initial: triage
        states:
          triage:
            initial: working
            onDone: research
            states:
              working:
                initial: pending
                invoke:
                  src: triage          # a job for an endpoint that can do "triage"
                  timeout: triage.timeout          # a named delay from the settings, or ISO 8601
                  onDone:
                    - guard: "event.facts.decision == 'research'"
                      context: {claims: event.facts.claims}
                      target: found
                    - {guard: "event.facts.decision == 'reject'", target: "#rejected"}
                    - {target: "#review"}
                  onError:
                    - guard: "event.retryable && context.retries < settings.triage.max_retries"
                      context: {retries: context.retries + 1}
                      target: retrying
                    - {target: failed}
                states:
                  pending:    {meta: {stage: triage, status: pending}, on: {job.assigned: processing}}
                  processing: {meta: {stage: triage, status: processing}}
              retrying: {meta: {stage: triage, status: pending}, after: {triage.backoff: working}}
              failed:
                meta: {stage: triage, status: failed, waiting: person}
                on: {retry: {target: working, context: {retries: "0"}}}
              found:    {type: final, meta: {stage: triage, status: completed}}
          research: {}
          review: {on: {approve: research}}
          rejected: {type: final}
        """
}

/// An instance of a chart that a test drives, event by event.
struct Machine {
    let interpreter: Interpreter
    var snapshot: Snapshot
    var last: Macrostep
    var settings: JSON

    init(
        _ text: String, context: JSONObject = [:], settings: JSON = Charts.settings, limit: Int = 1000
    ) throws {
        interpreter = Interpreter(chart: try Charts.read(text), microstepLimit: limit)
        self.settings = settings
        let surroundings = Surroundings(now: Charts.moment, settings: settings)
        last = try interpreter.start(context: context, surroundings: surroundings)
        snapshot = last.snapshot
    }

    /// Takes an event; returns the new configuration.
    @discardableResult
    mutating func send(_ event: Event) throws -> [String] {
        last = try interpreter.step(
            snapshot, event, surroundings: Surroundings(now: Charts.moment, settings: settings))
        snapshot = last.snapshot
        return snapshot.configuration
    }

    @discardableResult
    mutating func send(_ name: String, _ data: JSONObject = [:]) throws -> [String] {
        try send(Event(name, data: data))
    }

    @discardableResult
    mutating func fire(_ timer: String) throws -> [String] {
        try send(.timer(timer, occurrence: snapshot.timers[timer] ?? 0))
    }

    var configuration: [String] { snapshot.configuration }

    /// What `log` actions said in the last macrostep.
    var lines: [String] {
        last.effects.compactMap { if case .log(let line) = $0 { line } else { nil } }
    }
}

/// A chart without types: its head, then the states.
func untyped(_ body: String) -> String { "chart: 1\nid: test\n" + body }
