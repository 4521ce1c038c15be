internal import CXML

/// Owns an `xmlParserCtxt` for one parse, on the caller's thread.
struct ParserContext: ~Copyable {
    private let raw: xmlParserCtxtPtr

    /// libxml2 wants its globals set up before a second thread may come.
    private static let isLibraryReady: Bool = {
        xmlInitParser()
        return true
    }()

    private init?(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard let base = bytes.baseAddress, let count = Int32(exactly: bytes.count),
            let raw = base.withMemoryRebound(
                to: CChar.self, capacity: bytes.count, { xmlCreateMemoryParserCtxt($0, count) })
        else { return nil }
        self.raw = raw
    }

    deinit {
        // The parser makes a document for its own use when it meets declarations.
        if let document = raw.pointee.myDoc { xmlFreeDoc(document) }
        xmlFreeParserCtxt(raw)
    }

    /// Parses a document in UTF-8. The builder hears of everything, of errors too.
    static func parse(_ bytes: UnsafeBufferPointer<UInt8>, into builder: TreeBuilder) {
        precondition(isLibraryReady)
        guard let context = ParserContext(bytes) else {
            builder.fail(.syntax, "the document is empty")
            return
        }
        // What libxml2 says where no parser's handler hears it would go to standard error.
        xmlSetStructuredErrorFunc(nil, { _, _ in })
        context.run(builder)
        xmlSetStructuredErrorFunc(nil, nil)
    }

    private func run(_ builder: TreeBuilder) {
        // Without NOENT an attribute's `&amp;` would come as `&#38;`. Entities of a document's own are refused anyway.
        let options = XML_PARSE_NONET.rawValue | XML_PARSE_IGNORE_ENC.rawValue | XML_PARSE_NOENT.rawValue
        xmlCtxtUseOptions(raw, Int32(options))
        raw.pointee.sax.pointee = ParserHandlers.all
        // The builder outlives the parse: the caller holds it.
        raw.pointee.userData = Unmanaged.passUnretained(builder).toOpaque()
        builder.context = raw
        xmlParseDocument(raw)
        builder.context = nil
    }
}
