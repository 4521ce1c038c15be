import JSONSchema
import JSONValue
import Statechart

/// One reading of one chart: of a file, or of a chart within it. Lives for one call, on the caller's thread.
final class ChartReading {
    let log: ChartLog
    let vocabulary: ChartVocabulary
    let dialect: ChartDialect
    /// True for a chart that another one invokes.
    let isChild: Bool

    var chartID = ""
    var version: String?
    var context: JSONObject = [:]
    var places = ChartPlaces()
    /// The states in document order, each with the members of its mapping.
    var states: [State] = []
    var members: [[String: ChartNode.Member]] = []
    var nodes: [ChartNode] = []
    /// States by the `id` that they declare.
    var declaredIDs: [String: Int] = [:]
    /// States by their key.
    var keys: [String: [Int]] = [:]
    var contextType = GuardType.dyn
    var contextSchema: Schema?
    /// Declared events; nil when the chart declares none and events are not checked.
    var events: [String: JSON]?
    /// What a child chart may send to its parent.
    var emitted: [String: JSON] = [:]
    var raised: Set<String> = []
    /// Ids of delayed events.
    var sendIDs: Set<String> = []
    var invocationIDs: Set<String> = []
    /// What each invocation starts, by its id; known before any transition is read.
    var invocationSources: [String: String] = [:]
    var guards: [String: GuardDefinition] = [:]
    var usedGuards: Set<String> = []
    /// Charts within this one.
    var children: [String: ChartReading] = [:]
    /// Types of what final states below the root say; nil for one that says nothing.
    var outputs: [GuardType?] = []
    private(set) lazy var settingsType = GuardType(schema: vocabulary.settings)
    /// What `In('…')` may name: full paths, declared ids, and keys that only one state has.
    lazy var stateNames: [String: Int] = {
        var names = keys.filter { $1.count == 1 }.mapValues { $0[0] }
        names.merge(declaredIDs) { $1 }
        names.merge(states.filter { $0.id != 0 }.map { ($0.path, $0.id) }) { $1 }
        return names
    }()

    init(log: ChartLog, vocabulary: ChartVocabulary, dialect: ChartDialect, isChild: Bool = false) {
        self.log = log
        self.vocabulary = vocabulary
        self.dialect = dialect
        self.isChild = isChild
        places.dialect = dialect
        places.isChild = isChild
    }

    var source: ChartSource { log.source }
    var isForeign: Bool { dialect == .xstate }

    /// Reads everything; what is wrong stands in the log. `name` is what the chart within a file is called there.
    func read(_ root: ChartNode, name: String? = nil) {
        readHead(root, name)
        collectSent(root)
        outline(root)
        guard !states.isEmpty else { return }
        readGuards(root.member("guards"))
        for id in states.indices { fill(id) }
    }

    /// The chart; only to be asked for when the log is empty.
    func chart(source: String) -> Chart {
        let schema = contextSchema
        var chart = Chart(
            id: chartID, source: source, states: states, context: context, contextSchema: schema?.source,
            externalEvents: events ?? [:],
            contextProblem: { context in
                schema?.validate(.object(context)).first.map { "\($0.path): \($0.message)" }
            },
            children: children.mapValues { $0.chart(source: "") })
        chart.digest = chart.canonicalDigest(version: version)
        return chart
    }

    func allPlaces() -> ChartPlaces {
        var places = places
        places.children = children.mapValues { $0.allPlaces() }
        return places
    }

    /// Reads what concerns the whole chart.
    private func readHead(_ root: ChartNode, _ name: String?) {
        guard let found = root.members else {
            report(
                .shape, root.position,
                "expected a chart (a mapping with 'chart', 'id' and 'states'), found \(root.kindName)")
            return
        }
        let members = Dictionary(found.map { ($0.key, $0.value) }) { first, _ in first }
        if !isForeign, !isChild, members["chart"]?.json != 1 {
            let place = members["chart"]?.position ?? root.position
            report(.shape, place, "expected 'chart: 1', the version of the format")
        }
        if let language = members["@exprLang"], language.json != "cel" {
            report(.shape, language.position, "expected 'cel', the language of expressions")
        }
        if let node = members["id"], let id = word(node, "the chart's id") {
            chartID = id
        } else if members["id"] == nil {
            chartID = name ?? (isForeign ? "machine" : "")
            if chartID.isEmpty { report(.shape, root.position, "the chart's 'id' is missing") }
        }
        version = members["version"].map { $0.json.string ?? $0.json.text }
        if let schemas = members["schemas"] { readSchemas(schemas) }
        context = initialContext(members["context"])
        if let charts = members["charts"] { readCharts(charts) }
    }

    func report(_ code: ChartDiagnostic.Code, _ position: SourcePosition, _ message: String) {
        log.report(code, position, message)
    }

    /// A mapping's members by key; refuses keys that the format does not have there.
    func read(_ node: ChartNode, _ keys: ChartKeys) -> [String: ChartNode.Member]? {
        guard let found = node.members else {
            report(.shape, node.position, "expected \(keys.what) (a mapping), found \(node.kindName)")
            return nil
        }
        for member in found where !keys.contains(member.key) && !(isForeign && Self.ignored.contains(member.key)) {
            let rest = keys.hints[member.key].map { "; \($0)" } ?? Suggestion.text(for: member.key, among: keys.known)
            report(.unknownKey, member.keyPosition, "\(keys.what) has no key '\(member.key)'\(rest)")
        }
        return Dictionary(found.map { ($0.key, $0) }) { first, _ in first }
    }

    /// Keys of exports that say nothing about what happens.
    private static let ignored: Set<String> = ["order", "key", "systemId"]
}
