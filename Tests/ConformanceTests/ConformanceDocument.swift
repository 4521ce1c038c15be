import SCXML
import Statechart
import TestSupport
import XML

/// A document of the plan in our data model.
enum ConformanceDocument {
    static func chart(_ test: ConformanceCase) throws -> Chart {
        try SCXMLReader.read(text: text(test.file), file: test.file, resolve: resolve)
    }

    static func text(_ file: String) throws -> String {
        let bytes = try SharedData.bytes("\(ConformanceCase.folder)/txml/\(file)")
        return ConformanceSheet.transform(try XMLReader.read(bytes)).document
    }

    /// `file:test216sub1.scxml` stands for the transformed document, other names for files as they are.
    @Sendable static func resolve(_ source: String) -> String? {
        guard source.hasPrefix("file:") else { return nil }
        let name = String(source.dropFirst(5))
        if name.hasSuffix(".scxml") { return try? text(String(name.dropLast(5)) + "txml") }
        return try? SharedData.text("\(ConformanceCase.folder)/txml/\(name)")
    }
}
