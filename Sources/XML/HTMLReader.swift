internal import CXML

/// Reads HTML as browsers meet it, whatever its mistakes, into a tree: names in lower case, entities as characters, no
/// scripts, styles or comments, and only those attributes that say something about text.
///
/// Nothing but the given text is read. The time it takes grows with the text's length alone.
package enum HTMLReader {
    /// What is read of a page; what lies beyond is not in the tree.
    package static let limits = XMLLimits(bytes: 8 << 20, depth: 256, elements: 200_000)

    /// The element `html`, or one of that name made up around what there is. An error only when the text is too long.
    package static func read(_ text: String, limits: XMLLimits = limits) throws(XMLError) -> XMLElement {
        var text = text
        guard text.utf8.count <= limits.bytes else {
            throw XMLError(.limit, line: 1, column: 1, "the page is longer than \(limits.bytes) bytes")
        }
        let cleaned = text.withUTF8 { HTMLScan.cleaned($0) }
        let builder = HTMLBuilder(limits: limits)
        cleaned.withUnsafeBufferPointer { HTMLContext.parse($0, into: builder) }
        return builder.result()
    }
}

/// Owns an `htmlParserCtxt` for one parse, on the caller's thread.
private struct HTMLContext: ~Copyable {
    private let raw: htmlParserCtxtPtr

    /// libxml2 wants its globals set up before a second thread may come.
    private static let isLibraryReady: Bool = {
        xmlInitParser()
        return true
    }()

    private init?() {
        guard let raw = htmlNewParserCtxt() else { return nil }
        self.raw = raw
    }

    deinit {
        if let document = raw.pointee.myDoc { xmlFreeDoc(document) }
        htmlFreeParserCtxt(raw)
    }

    static func parse(_ bytes: UnsafeBufferPointer<UInt8>, into builder: HTMLBuilder) {
        precondition(isLibraryReady)
        guard !bytes.isEmpty, let context = HTMLContext() else { return }
        // What libxml2 says where no parser's handler hears it would go to standard error.
        xmlSetStructuredErrorFunc(nil, { _, _ in })
        context.run(bytes, builder)
        xmlSetStructuredErrorFunc(nil, nil)
    }

    private func run(_ bytes: UnsafeBufferPointer<UInt8>, _ builder: HTMLBuilder) {
        guard let base = bytes.baseAddress, let count = Int32(exactly: bytes.count) else { return }
        let options =
            HTML_PARSE_RECOVER.rawValue | HTML_PARSE_NOERROR.rawValue | HTML_PARSE_NOWARNING.rawValue
            | HTML_PARSE_NONET.rawValue | HTML_PARSE_IGNORE_ENC.rawValue | HTML_PARSE_NODEFDTD.rawValue
        raw.pointee.sax.pointee = Self.handlers
        // The builder outlives the parse: the caller holds it.
        raw.pointee.userData = Unmanaged.passUnretained(builder).toOpaque()
        builder.context = raw
        base.withMemoryRebound(to: CChar.self, capacity: bytes.count) { text in
            if let document = htmlCtxtReadMemory(raw, text, count, nil, "UTF-8", Int32(bitPattern: options)) {
                xmlFreeDoc(document)
            }
        }
        builder.context = nil
    }

    /// What libxml2 calls while it parses, on the thread that parses. What it lends is copied before returning.
    private static var handlers: xmlSAXHandler {
        var handlers = xmlSAXHandler()
        handlers.startElement = { user, name, attributes in
            guard let user, let name else { return }
            HTMLBuilder.at(user).open(String(cString: name), HTMLContext.attributes(attributes))
        }
        handlers.endElement = { user, name in
            guard let user, let name else { return }
            HTMLBuilder.at(user).close(String(cString: name))
        }
        handlers.characters = characters
        handlers.ignorableWhitespace = characters
        handlers.cdataBlock = characters
        return handlers
    }

    private static let characters: charactersSAXFunc = { user, bytes, count in
        guard let user, let bytes else { return }
        HTMLBuilder.at(user).append(
            String(decoding: UnsafeBufferPointer(start: bytes, count: Int(count)), as: UTF8.self))
    }

    /// Names and values in turns, up to a null where a name would be; an attribute without a value has none.
    private static func attributes(
        _ pointers: UnsafeMutablePointer<UnsafePointer<xmlChar>?>?
    ) -> [XMLElement.Attribute] {
        guard var place = pointers else { return [] }
        var found: [XMLElement.Attribute] = []
        while let name = place[0] {
            found.append(
                XMLElement.Attribute(
                    name: String(cString: name), value: place[1].map { String(cString: $0) } ?? ""))
            place += 2
        }
        return found
    }
}
