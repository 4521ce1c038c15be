internal import CXML

/// Owns the tree that grows while libxml2 parses, and the first thing that was wrong. Lives for one parse on one thread.
final class TreeBuilder {
    private let limits: XMLLimits
    private var stack: [XMLElement] = []
    /// Text comes in pieces; this is what came since the last tag.
    private var text = ""
    private var root: XMLElement?
    private var failure: XMLError?
    private var elementCount = 0
    /// Set while the parser runs.
    var context: xmlParserCtxtPtr?

    init(limits: XMLLimits) { self.limits = limits }

    static func at(_ user: UnsafeMutableRawPointer) -> TreeBuilder {
        Unmanaged<TreeBuilder>.fromOpaque(user).takeUnretainedValue()
    }

    /// The whole tree, once the parser is done.
    func result() throws(XMLError) -> XMLElement {
        if let failure { throw failure }
        guard let root else { throw XMLError(.syntax, line: 1, column: 1, "the document has no element") }
        return root
    }

    func open(name: String, prefix: String?, namespace: String?, attributes: [XMLElement.Attribute]) {
        guard failure == nil else { return }
        elementCount += 1
        guard elementCount <= limits.elements else {
            return fail(.limit, "the document has more than \(limits.elements) elements; no more are read")
        }
        guard stack.count < limits.depth else {
            return fail(.limit, "elements are nested more than \(limits.depth) deep; no more are read")
        }
        flushText()
        let place = tagStart()
        stack.append(
            XMLElement(
                prefix: prefix, namespace: namespace, name: name, attributes: attributes, line: place.line,
                column: place.column))
    }

    func close() {
        guard failure == nil else { return }
        flushText()
        guard let element = stack.popLast() else { return }
        if stack.isEmpty {
            root = element
        } else {
            stack[stack.count - 1].content.append(.element(element))
        }
    }

    func append(_ piece: String) {
        if failure == nil { text += piece }
    }

    private func flushText() {
        guard !text.isEmpty, !stack.isEmpty else { return }
        stack[stack.count - 1].content.append(.text(text))
        text = ""
    }

    func refuseDeclaration(of what: String) {
        fail(
            .declaration,
            "the document type declares \(what); documents with declarations are not read: write out what it stands for"
        )
    }

    /// Keeps the first failure and stops the parser.
    func fail(_ code: XMLError.Code, _ message: String) {
        let line = context.map { Int(xmlSAX2GetLineNumber($0)) } ?? 1
        let column = context.map { Int(xmlSAX2GetColumnNumber($0)) } ?? 1
        fail(XMLError(code, line: max(line, 1), column: max(column, 1), message))
    }

    func hear(_ error: xmlError) {
        guard error.level.rawValue >= XML_ERR_ERROR.rawValue else { return }
        let text = error.message.map { String(cString: $0) } ?? "it cannot be parsed"
        let message = text.split(separator: "\n").first.map(String.init) ?? text
        fail(
            XMLError(
                .syntax, line: max(Int(error.line), 1), column: max(Int(error.int2), 1),
                "this is no well-formed XML: \(message)"))
    }

    private func fail(_ error: XMLError) {
        guard failure == nil else { return }
        failure = error
        if let context { xmlStopParser(context) }
    }

    private func tagStart() -> (line: Int, column: Int) {
        var line: Int32 = 1
        var column: Int32 = 1
        if let context { c_xml_tag_start(context, &line, &column) }
        return (Int(line), Int(column))
    }
}
