internal import CXML

/// Owns the tree that grows while libxml2 parses HTML. Whatever was there when a limit is reached is the tree. Lives for
/// one parse on one thread.
final class HTMLBuilder {
    private let limits: XMLLimits
    private var stack = [XMLElement(name: "#document")]
    /// Text comes in pieces; this is what came since the last tag.
    private var text = ""
    private var elementCount = 0
    private(set) var isCut = false
    /// Set while the parser runs.
    var context: xmlParserCtxtPtr?

    init(limits: XMLLimits) { self.limits = limits }

    static func at(_ user: UnsafeMutableRawPointer) -> HTMLBuilder {
        Unmanaged<HTMLBuilder>.fromOpaque(user).takeUnretainedValue()
    }

    /// Everything that came, whatever was left open.
    func result() -> XMLElement {
        flushText()
        while stack.count > 1 { fold() }
        let roots = stack[0].children
        return roots.count == 1 ? roots[0] : XMLElement(name: "html", content: stack[0].content)
    }

    func open(_ name: String, _ attributes: [XMLElement.Attribute]) {
        guard !isCut else { return }
        elementCount += 1
        // Each end tag without a start may walk over all that is open.
        guard elementCount <= limits.elements, stack.count <= limits.depth else {
            isCut = true
            if let context { xmlStopParser(context) }
            return
        }
        flushText()
        stack.append(XMLElement(name: name, attributes: attributes))
    }

    func close(_ name: String) {
        guard !isCut, stack.count > 1, stack[stack.count - 1].name == name else { return }
        flushText()
        fold()
    }

    func append(_ piece: String) {
        if !isCut { text += piece }
    }

    private func fold() {
        let element = stack.removeLast()
        stack[stack.count - 1].content.append(.element(element))
    }

    private func flushText() {
        guard !text.isEmpty else { return }
        stack[stack.count - 1].content.append(.text(text))
        text = ""
    }
}
