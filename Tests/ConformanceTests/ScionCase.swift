import Foundation
import JSONValue
import SCXML
import Statechart
import TestSupport
import Testing
import XML

/// A chart of SCION's test framework with its script of events.
struct ScionCase: Sendable, CustomTestStringConvertible {
    /// Within the shared folder, without its suffix: `basic/basic0`.
    var name: String
    var testDescription: String { name }

    static let folder = "scion"

    /// All charts but those that are W3C's tests in another dress.
    static let all: [ScionCase] = {
        let paths = (try? FileManager.default.subpathsOfDirectory(atPath: SharedData.url(folder).path)) ?? []
        return paths.sorted().filter { $0.hasSuffix(".scxml") && !$0.hasPrefix("w3c-ecma") }
            .map { ScionCase(name: String($0.dropLast(6))) }
    }()
    static let run = all.filter { !$0.hasScript }
    static let withScript = all.filter(\.hasScript)

    /// Two files whose first block of expectations contradicts W3C's algorithm (a transition's domain is never a
    /// parallel state); their block `legacySemantics` is what W3C says.
    static let judgedByLegacy: Set<String> = ["more-parallel/test10", "more-parallel/test10b"]

    var hasScript: Bool {
        guard let root = try? document() else { return false }
        return Self.contains("script", root)
    }

    private static func contains(_ name: String, _ element: XMLElement) -> Bool {
        element.name == name || element.children.contains { contains(name, $0) }
    }

    private func document() throws -> XMLElement {
        try XMLReader.read(SharedData.bytes("\(Self.folder)/\(name).scxml"))
    }

    /// The chart with its small JavaScript expressions in our language.
    func chart() throws -> Chart {
        let text = JavaScriptSheet.transform(try document()).document
        return try SCXMLReader.read(text: text, file: "\(name).scxml")
    }

    func script() throws -> ScionScript {
        let json = try JSON.parse(SharedData.bytes("\(Self.folder)/\(name).json"))
        return try ScionScript(Self.judgedByLegacy.contains(name) ? json["legacySemantics"] ?? json : json)
    }

    /// What differs first from the script; nil when nothing does.
    func difference() throws -> String? {
        let script = try script()
        var run = try ChartRun(chart())
        guard script.initial == Set(run.snapshot.configuration) else { return Self.text("start", script.initial, run) }
        for (index, step) in script.steps.enumerated() {
            try run.advance(by: .milliseconds(step.after))
            try run.take(Event(step.event, data: step.data))
            guard step.next == Set(run.snapshot.configuration) else {
                return Self.text("event \(index + 1), '\(step.event)'", step.next, run)
            }
        }
        return nil
    }

    private static func text(_ place: String, _ expected: Set<String>, _ run: ChartRun) -> String {
        let found = run.snapshot.configuration.joined(separator: " ")
        return "\(place): expected \(expected.sorted().joined(separator: " ")), found \(found)"
    }
}
