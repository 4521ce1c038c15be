import ChartFormat
import JSONValue
import Statechart

/// Everything that can happen to an instance of a chart, with the payloads that its guards can tell apart.
struct Stimuli {
    /// Contexts that an instance may start with, over the chart's own.
    let contexts: [JSONObject]
    let isCut: Bool
    /// Events that need neither timer nor job.
    private let outside: [Event]
    /// What live jobs say before they end.
    private let jobEvents: [(name: String, payloads: [JSONObject])]
    /// By invocation.
    private let completions: [String: [JSONObject]]
    private let failures: [String: [JSONObject]]
    private let serviceEvents: Set<String>
    private let settingVariants: [String: [JSON]]
    private let base: JSON
    private let startSettings: [JSON]

    init(_ chart: Chart, _ vocabulary: ChartVocabulary, _ mining: ChartMining, _ options: ChartExplorer.Options) {
        var maker = StimulusMaker(chart, vocabulary, mining, options)
        base = options.settings
        contexts = maker.contexts()
        outside = maker.outside()
        let names = vocabulary.events.keys.filter { $0.hasPrefix("job.") }.sorted()
        jobEvents = names.map { ($0, maker.payloads($0, vocabulary.events[$0] ?? [:])) }
        var completions: [String: [JSONObject]] = [:]
        var failures: [String: [JSONObject]] = [:]
        for invocation in chart.states.flatMap(\.invocations) {
            completions[invocation.id] = maker.payloads(
                "done.invoke.\(invocation.id)", vocabulary.completion(of: invocation.source))
            failures[invocation.id] = maker.payloads("error.invoke.\(invocation.id)", ChartVocabulary.failure)
        }
        self.completions = completions
        self.failures = failures
        serviceEvents = Set(vocabulary.events.keys)
        startSettings = maker.settings(for: "")
        var variants: [String: [JSON]] = [:]
        let events =
            outside.map(\.name) + names + completions.keys.map { "done.invoke.\($0)" }
            + failures.keys.map { "error.invoke.\($0)" } + chart.states.flatMap(\.timers).map { "timer.\($0.name)" }
        for event in events where variants[event] == nil { variants[event] = maker.settings(for: event) }
        settingVariants = variants
        isCut = maker.isCut
    }

    /// The settings to try an event with; nil for the start.
    func settings(for event: String?) -> [JSON] {
        guard let event else { return startSettings }
        return settingVariants[event] ?? [base]
    }

    /// All that can happen next.
    func events(for snapshot: Snapshot) -> [Event] { outside + waiting(in: snapshot, prefix: "") }

    /// What timers, delayed events and jobs bring, those of invoked charts included, whose names begin with the
    /// invocation's.
    private func waiting(in snapshot: Snapshot, prefix: String) -> [Event] {
        let timers = snapshot.timers.map { ($0.key, $0.value) } + snapshot.sends.map { ($0.key, $0.value.occurrence) }
        var events: [Event] = timers.map { .timer(prefix + $0.0, occurrence: $0.1) }
        for (invocation, job) in snapshot.jobs where job.isLive {
            for (name, payloads) in jobEvents {
                let origin = Event.Origin.job(number: job.number, isTerminal: false)
                events += payloads.map { Event(name, data: $0, origin: origin) }
            }
            events += (completions[invocation] ?? []).map {
                .done(invocation: prefix + invocation, job: job.number, data: $0)
            }
            events += (failures[invocation] ?? []).map {
                .error(invocation: prefix + invocation, job: job.number, data: $0)
            }
        }
        for (name, child) in snapshot.children { events += waiting(in: child.snapshot, prefix: prefix + "\(name)!") }
        return events
    }

    /// True for timers, ends of jobs and the like: they come in their state whether it takes them or not. Hints that a
    /// job gives on its way may be left unheard.
    func isService(_ event: String) -> Bool {
        ["timer.", "done.", "error."].contains { event.hasPrefix($0) } && !serviceEvents.contains(event)
    }
}

/// Makes stimuli from schemas and guards. Lives for one exploration's beginning.
struct StimulusMaker {
    let chart: Chart
    let vocabulary: ChartVocabulary
    let mining: ChartMining
    let options: ChartExplorer.Options
    private(set) var isCut = false

    init(_ chart: Chart, _ vocabulary: ChartVocabulary, _ mining: ChartMining, _ options: ChartExplorer.Options) {
        self.chart = chart
        self.vocabulary = vocabulary
        self.mining = mining
        self.options = options
    }

    /// Members that nothing in the chart sets are given at the start: they are tried with all that guards tell apart.
    mutating func contexts() -> [JSONObject] {
        let given = mining.given.sorted()
        guard options.guards == .enforce, chart.rules == .native, !given.isEmpty else { return [[:]] }
        let declared = chart.contextSchema?["properties"]?.object ?? [:]
        let members = JSONObject(given.map { ($0, declared[$0] ?? [:]) })
        let schema: JSON = [
            "type": "object", "required": .array(given.map(JSON.string)), "properties": .object(members),
            "additionalProperties": false,
        ]
        var space = ValueSpace(mining.allGuards, settings: options.settings)
        let values = space.values(of: schema, root: "context").compactMap(\.object)
        isCut = isCut || space.isCut
        let own = JSONObject(given.compactMap { key in chart.context[key].map { (key, $0) } })
        return [[:]] + values.filter { $0 != own }
    }

    mutating func payloads(_ event: String, _ schema: JSON) -> [JSONObject] {
        let words = options.guards == .fork ? ExpressionWords() : mining.words(for: event)
        var space = ValueSpace(words, settings: options.settings)
        let values = space.values(of: schema, root: "event").compactMap(\.object)
        isCut = isCut || space.isCut
        return values.isEmpty ? [[:]] : values
    }

    /// Declared events, or every name in the chart that is not the service's when none are declared.
    mutating func outside() -> [Event] {
        var schemas = chart.externalEvents
        if schemas.isEmpty {
            for event in chart.states.flatMap(\.transitions).flatMap(\.events) {
                let name = Self.name(event)
                guard let name, !Self.isReserved(name), vocabulary.events[name] == nil else { continue }
                schemas[name] = [:]
            }
        }
        for (name, schema) in vocabulary.events where !name.hasPrefix("job.") { schemas[name] = schema }
        var events: [Event] = []
        for name in schemas.keys.sorted() {
            events += payloads(name, schemas[name] ?? [:]).map { Event(name, data: $0) }
        }
        return events
    }

    /// Settings with each word and each truth that the guards which may be asked read.
    func settings(for event: String) -> [JSON] {
        guard options.variesSettings, options.guards == .enforce else { return [options.settings] }
        var variants = [options.settings]
        for path in mining.words(for: event).below("settings").sorted(by: {
            $0.joined(separator: ".") < $1.joined(separator: ".")
        }) {
            guard let schema = Self.schema(vocabulary.settings, path) else { continue }
            let values = schema["enum"]?.array ?? (schema["type"] == "boolean" ? [true, false] : [])
            guard !values.isEmpty, variants.count * values.count <= 64 else { continue }
            variants = variants.flatMap { settings in values.map { Self.setting(settings, path, $0) } }
        }
        return variants
    }

    private static func schema(_ schema: JSON, _ path: [String]) -> JSON? {
        path.reduce(schema as JSON?) { $0?["properties"]?[$1] }
    }

    private static func setting(_ settings: JSON, _ path: [String], _ value: JSON) -> JSON {
        guard let first = path.first else { return value }
        var members = settings.object ?? [:]
        members[first] = setting(members[first] ?? [:], Array(path.dropFirst()), value)
        return .object(members)
    }

    /// A name that the descriptor takes.
    private static func name(_ event: EventDescriptor) -> String? {
        switch event {
        case .exact(let name), .prefix(let name): name
        case .any: nil
        }
    }

    private static func isReserved(_ name: String) -> Bool {
        ["timer.", "done.", "error.", "job."].contains { name.hasPrefix($0) }
    }
}
