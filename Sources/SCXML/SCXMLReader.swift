import ChartFormat
import Statechart
import XML

/// Reads W3C SCXML 1.0 documents into charts.
///
/// All of the standard but `<script>`, which makes a document refused, and the Basic HTTP event processor. Expressions
/// are those of our own format without declared types (see `ImportedExpression`). One that cannot be compiled fails
/// when it is evaluated, with `error.execution`; what is wrong with the structure is a diagnostic.
package enum SCXMLReader {
    /// Finds the text of what a document names by `src`; nil when there is nothing of that name.
    package typealias Resolver = @Sendable (_ source: String) -> String?

    /// The chart in a text. `file` is the name that diagnostics show; its stem names a chart that has no name.
    package static func read(
        text: String, file: String, resolve: @escaping Resolver = { _ in nil }
    ) throws(ChartDiagnostics) -> Chart {
        try read(text: text, file: file, sources: SCXMLSources(resolve: resolve))
    }

    /// The same for a file's bytes, in UTF-8, UTF-16 with a byte order mark, US-ASCII or ISO 8859-1.
    package static func read(
        bytes: [UInt8], file: String, resolve: @escaping Resolver = { _ in nil }
    ) throws(ChartDiagnostics) -> Chart {
        let sources = SCXMLSources(resolve: resolve)
        let root = try parse(file) { () throws(XMLError) in try XMLReader.read(bytes, limits: SCXMLLimits.xml) }
        let text = String(validating: bytes, as: UTF8.self) ?? root.document
        return try SCXMLReading(root: root, text: text, file: file, sources: sources).read()
    }

    /// Everything that is wrong with a document: empty when ``read(text:file:resolve:)`` takes it.
    package static func check(
        text: String, file: String, resolve: @escaping Resolver = { _ in nil }
    ) -> [ChartDiagnostic] {
        do throws(ChartDiagnostics) {
            _ = try read(text: text, file: file, resolve: resolve)
            return []
        } catch {
            return error.list
        }
    }

    /// The path of a file beside a document that `src` names: `child.scxml`, `file:parts/child.scxml`. Nil for all else,
    /// so that a document reaches nothing outside its folder: absolute paths, `..`, other schemes.
    package static func path(of source: String) -> String? {
        let path = source.hasPrefix("file:") ? source.dropFirst(5) : source[...]
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard !path.contains(where: { $0 == ":" || $0 == "\\" || $0 == "\0" }),
            parts.allSatisfy({ !$0.isEmpty && $0 != ".." && $0 != "." })
        else { return nil }
        return String(path)
    }

    static func read(text: String, file: String, sources: SCXMLSources) throws(ChartDiagnostics) -> Chart {
        let root = try parse(file) { () throws(XMLError) in try XMLReader.read(text, limits: SCXMLLimits.xml) }
        return try SCXMLReading(root: root, text: text, file: file, sources: sources).read()
    }

    private static func parse(
        _ file: String, _ body: () throws(XMLError) -> XMLElement
    ) throws(ChartDiagnostics) -> XMLElement {
        do throws(XMLError) {
            return try body()
        } catch {
            let place = SourcePosition(line: error.line, column: error.column)
            let code: ChartDiagnostic.Code = error.code == .limit ? .limit : .syntax
            throw ChartDiagnostics([
                ChartDiagnostic(file: file, position: place, code: code, message: error.message)
            ])
        }
    }
}
