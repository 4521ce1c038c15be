import JSONSchema
import JSONValue
import Statechart

/// One reading of one chart's file. Lives for one call, on the caller's thread.
final class ChartReading {
    let file: String
    let text: String
    let vocabulary: ChartVocabulary
    let source: ChartSource
    private(set) var diagnostics: [ChartDiagnostic] = []

    var chartID = ""
    var version: String?
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
    var raised: Set<String> = []
    var invocationIDs: Set<String> = []
    /// What `In('…')` may name: full paths, declared ids, and keys that only one state has.
    lazy var stateNames: [String: Int] = {
        var names = keys.filter { $1.count == 1 }.mapValues { $0[0] }
        names.merge(declaredIDs) { $1 }
        names.merge(states.filter { $0.id != 0 }.map { ($0.path, $0.id) }) { $1 }
        return names
    }()

    init(text: String, file: String, vocabulary: ChartVocabulary) {
        self.text = text
        self.file = file
        self.vocabulary = vocabulary
        source = ChartSource(text)
    }

    func read() throws(ChartDiagnostics) -> Chart {
        let root: ChartNode
        do throws(ChartNodeReader.Problem) {
            root = try ChartNodeReader.read(text)
        } catch {
            report(error.code, error.position, error.message)
            throw ChartDiagnostics(diagnostics)
        }
        let context = readHead(root)
        collectRaised(root, depth: 0)
        outline(root)
        for id in states.indices { fill(id) }
        guard diagnostics.isEmpty else {
            throw ChartDiagnostics(diagnostics.sorted { $0.position < $1.position })
        }
        return chart(context)
    }

    private func chart(_ context: JSONObject) -> Chart {
        let schema = contextSchema
        var chart = Chart(
            id: chartID, source: text, states: states, context: context, contextSchema: schema?.source,
            externalEvents: events ?? [:],
            contextProblem: { context in
                schema?.validate(.object(context)).first.map { "\($0.path): \($0.message)" }
            })
        chart.digest = chart.canonicalDigest(version: version)
        return chart
    }

    /// Reads what concerns the whole chart; returns the initial context.
    private func readHead(_ root: ChartNode) -> JSONObject {
        guard let found = root.members else {
            report(
                .shape, root.position,
                "expected a chart (a mapping with 'chart', 'id' and 'states'), found \(root.kindName)")
            return [:]
        }
        let members = Dictionary(found.map { ($0.key, $0.value) }) { first, _ in first }
        if members["chart"]?.json != 1 {
            let place = members["chart"]?.position ?? root.position
            report(.shape, place, "expected 'chart: 1', the version of the format")
        }
        if let language = members["@exprLang"], language.json != "cel" {
            report(.shape, language.position, "expected 'cel', the language of expressions")
        }
        if let name = members["id"], let id = word(name, "the chart's id") {
            chartID = id
        } else if members["id"] == nil {
            report(.shape, root.position, "the chart's 'id' is missing")
        }
        version = members["version"].map { $0.json.string ?? $0.json.text }
        if let schemas = members["schemas"] { readSchemas(schemas) }
        return initialContext(members["context"])
    }

    func report(_ code: ChartDiagnostic.Code, _ position: SourcePosition, _ message: String) {
        guard diagnostics.count < ChartLimits.diagnostics else { return }
        diagnostics.append(ChartDiagnostic(file: file, position: position, code: code, message: message))
    }

    /// A mapping's members by key; refuses keys that the format does not have there.
    func read(_ node: ChartNode, _ keys: ChartKeys) -> [String: ChartNode.Member]? {
        guard let found = node.members else {
            report(.shape, node.position, "expected \(keys.what) (a mapping), found \(node.kindName)")
            return nil
        }
        for member in found where !keys.known.contains(member.key) {
            let rest = keys.hints[member.key].map { "; \($0)" } ?? Suggestion.text(for: member.key, among: keys.known)
            report(.unknownKey, member.keyPosition, "\(keys.what) has no key '\(member.key)'\(rest)")
        }
        return Dictionary(found.map { ($0.key, $0) }) { first, _ in first }
    }

    /// A name that can stand in a path: letters, digits, `_` and `-`, beginning with a letter or `_`.
    func word(_ node: ChartNode, _ what: String) -> String? {
        guard let text = node.string else {
            report(.shape, node.position, "expected \(what) (a text), found \(node.kindName)")
            return nil
        }
        guard Self.isWord(text) else {
            report(.shape, node.position, "'\(text)' cannot be \(what): letters, digits, '_' and '-' only")
            return nil
        }
        return text
    }

    static func isWord(_ text: String) -> Bool {
        guard let first = text.utf8.first, text.utf8.count <= 64, first.isWordStart else { return false }
        return text.utf8.allSatisfy(\.isWordPart)
    }

    /// Words joined by dots; all but the first may begin with a digit.
    static func isEventName(_ text: String) -> Bool {
        guard let first = text.utf8.first, text.utf8.count <= 100, first.isWordStart else { return false }
        return text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
            .allSatisfy { !$0.isEmpty && $0.allSatisfy(\.isWordPart) }
    }

    /// Names of the events that the chart raises itself.
    private func collectRaised(_ node: ChartNode, depth: Int) {
        if let members = node.members {
            if members.contains(where: { $0.key == "type" && $0.value.string == "raise" }),
                let event = members.first(where: { $0.key == "event" })?.value.string
            {
                raised.insert(event)
            }
            for member in members { collectRaised(member.value, depth: depth + 1) }
        }
        for element in node.elements ?? [] { collectRaised(element, depth: depth + 1) }
    }
}

extension UInt8 {
    fileprivate var isWordStart: Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self)
            || self == UInt8(ascii: "_")
    }

    fileprivate var isWordPart: Bool {
        isWordStart || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) || self == UInt8(ascii: "-")
    }
}
