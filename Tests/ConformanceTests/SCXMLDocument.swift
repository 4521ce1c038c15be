import ChartFormat
import SCXML
import Statechart

/// Documents that tests write: the root is put around what they say.
enum SCXMLDocument {
    /// The root stands on the first line, so the body begins on the second.
    static func text(_ body: String, root attributes: String = "") -> String {
        "<scxml xmlns=\"http://www.w3.org/2005/07/scxml\" version=\"1.0\" \(attributes)>\n\(body)\n</scxml>"
    }

    static func chart(
        _ body: String, root attributes: String = "", resolve: @escaping SCXMLReader.Resolver = { _ in nil }
    ) throws -> Chart {
        try SCXMLReader.read(text: text(body, root: attributes), file: "folder/test.scxml", resolve: resolve)
    }

    /// The log of a document that has run to its rest.
    static func log(
        _ body: String, root attributes: String = "", resolve: @escaping SCXMLReader.Resolver = { _ in nil }
    ) throws -> [String] {
        var run = try ChartRun(chart(body, root: attributes, resolve: resolve))
        try run.runToRest()
        return run.log
    }
}
