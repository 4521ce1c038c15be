import ChartFormat
import Crypto
import JSONValue
import Statechart
import XML

/// One reading of one document. Lives for one call, on the caller's thread.
final class SCXMLReading {
    let root: XMLElement
    let text: String
    let file: String
    let sources: SCXMLSources
    private(set) var diagnostics: [ChartDiagnostic] = []

    /// The states in document order, each with its element.
    var states: [State] = []
    var elements: [XMLElement] = []
    var ids: [String: Int] = [:]
    /// Declared variables, all null: their values are computed when the chart runs.
    var context = JSONObject()
    var isLate = false
    var invocationIDs: Set<String> = []
    var children: [String: Chart] = [:]
    private var madeUp = 0

    init(root: XMLElement, text: String, file: String, sources: SCXMLSources) {
        self.root = root
        self.text = text
        self.file = file
        self.sources = sources
    }

    func read() throws(ChartDiagnostics) -> Chart {
        checkRoot()
        try stopIfWrong()
        check(root)
        try stopIfWrong()
        outline()
        try stopIfWrong()
        for id in states.indices { fill(id) }
        try stopIfWrong()
        return chart()
    }

    private func chart() -> Chart {
        let sources = sources
        return Chart(
            id: name, digest: Digest.sha256Hex(text), source: text, states: states, context: context, rules: .scxml,
            children: children, findChild: { SCXMLReading.findChild($0, sources.atRunTime) })
    }

    /// The document's name, or else that of its file without folders and suffix.
    private var name: String {
        if let name = root["name"], !name.isEmpty { return name }
        let last = file.split(separator: "/").last ?? "chart"
        return String(last.prefix { $0 != "." && $0 != "#" })
    }

    private func stopIfWrong() throws(ChartDiagnostics) {
        guard diagnostics.isEmpty else {
            throw ChartDiagnostics(diagnostics.sorted { $0.position < $1.position })
        }
    }

    private func checkRoot() {
        guard root.name == "scxml", root.isSCXML else {
            let found = root.namespace.map { "<\(root.name)> of the namespace '\($0)'" } ?? "<\(root.name)>"
            return report(
                .shape, root, "expected <scxml xmlns=\"\(SCXMLVocabulary.namespace)\" version=\"1.0\">, found \(found)")
        }
        if let version = root["version"], version != "1.0" {
            report(.vocabulary, root, "the version '\(version)' of SCXML is not known; expected '1.0'")
        }
        if let model = root["datamodel"], !["", "cel", "null"].contains(model) {
            report(
                .vocabulary, root,
                "the data model '\(model)' is not known; expected 'cel', the language of our charts, or 'null'")
        }
        switch root["binding"] {
        case nil, "early": isLate = false
        case "late": isLate = true
        case let other?: report(.shape, root, "expected binding \"early\" or \"late\", found '\(other)'")
        }
    }

    func report(_ code: ChartDiagnostic.Code, _ element: XMLElement, _ message: String) {
        let place = SourcePosition(line: element.line, column: element.column)
        add(ChartDiagnostic(file: file, position: place, code: code, message: message))
    }

    func add(_ diagnostic: ChartDiagnostic) {
        if diagnostics.count < SCXMLLimits.diagnostics { diagnostics.append(diagnostic) }
    }

    /// An id that nothing in the document has.
    func madeUpID() -> String {
        repeat { madeUp += 1 } while ids["_\(madeUp)"] != nil
        return "_\(madeUp)"
    }
}
