import ChartFormat
import ChartTools
import Foundation
import JSONSchema
import JSONValue
import Pipeline
import SCXML
import Statechart

/// Reads what the chart commands are given: charts by the kind of their file, settings, histories. What cannot be read
/// is told of, and ends the command with 1.
enum ChartFile {
    /// The chart in a file: W3C SCXML by its extension `.scxml` or `.xml`, else YAML or JSON. `-` is standard input.
    static func read(_ path: String, dialect: ChartDialect = .native) throws -> Chart {
        let text = try self.text(path, "chart")
        do throws(ChartDiagnostics) {
            guard isSCXML(path) else {
                return try ChartReader.read(
                    text: text, file: path, vocabulary: vocabulary(dialect), dialect: dialect)
            }
            let folder = URL(filePath: path).deletingLastPathComponent()
            return try SCXMLReader.read(text: text, file: path) { source in beside(folder, source) }
        } catch {
            Terminal.complain("the chart is refused:\n\(error)")
            throw Exit.no
        }
    }

    /// The service's words; exports of XState have their own, and may name anything.
    static func vocabulary(_ dialect: ChartDialect) -> ChartVocabulary {
        dialect == .xstate ? .open : PipelineVocabulary.charts
    }

    /// What guards read as `settings`: the service's defaults, with a file's members over them.
    static func settings(_ path: String?) throws -> JSON {
        let defaults = PipelineSettings().forCharts
        guard let path else { return defaults }
        do {
            let given = try PlainYAML.read(try text(path, "settings"), file: path)
            let merged = merge(given, over: defaults)
            let problems = try Schema(PipelineVocabulary.charts.settings).validate(merged)
            guard problems.isEmpty else {
                Terminal.complain("\(path): \(problems.map(\.description).joined(separator: "; "))")
                throw Exit.no
            }
            return merged
        } catch let problem as ChartDiagnostics {
            Terminal.complain("the settings are refused:\n\(problem)")
            throw Exit.no
        }
    }

    static func text(_ path: String, _ what: String) throws -> String {
        let data = path == "-" ? try? FileHandle.standardInput.readToEnd() : FileManager.default.contents(atPath: path)
        guard let data, let text = String(validating: data, as: UTF8.self) else {
            Terminal.complain("the \(what) file \(path) cannot be read, or is no UTF-8")
            throw Exit.no
        }
        return text
    }

    static func write(_ text: String, to path: String?) throws {
        guard let path, path != "-" else {
            FileHandle.standardOutput.write(Data(text.utf8))
            return
        }
        do {
            try text.write(toFile: path, atomically: true, encoding: .utf8)
        } catch {
            Terminal.complain("\(path) cannot be written: \(error.localizedDescription)")
            throw Exit.no
        }
    }

    static func isSCXML(_ path: String) -> Bool {
        [".scxml", ".xml"].contains { path.lowercased().hasSuffix($0) }
    }

    /// A document that another names lies beside it, never elsewhere.
    private static func beside(_ folder: URL, _ source: String) -> String? {
        let name = source.hasPrefix("file:") ? String(source.dropFirst(5)) : source
        guard !name.hasPrefix("/"), !name.split(separator: "/").contains("..") else { return nil }
        return try? String(contentsOf: folder.appending(path: name), encoding: .utf8)
    }

    private static func merge(_ given: JSON, over base: JSON) -> JSON {
        guard case .object(let over) = given, case .object(var members) = base else { return given }
        for (key, value) in over { members[key] = members[key].map { merge(value, over: $0) } ?? value }
        return .object(members)
    }
}
