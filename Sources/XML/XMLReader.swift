/// Reads XML 1.0 documents with namespaces into trees.
///
/// Nothing but the given bytes is read: no document type, no entity, no network. A document may name its type but not
/// declare anything in it, so text cannot expand.
package enum XMLReader {
    /// The root of a document in UTF-8, UTF-16 with a byte order mark, US-ASCII or ISO 8859-1, as it declares.
    package static func read(
        _ bytes: [UInt8], limits: XMLLimits = XMLLimits()
    ) throws(XMLError) -> XMLElement {
        guard bytes.count <= limits.bytes else { throw tooLarge(bytes.count, limits) }
        return try read(XMLEncoding.decode(bytes), limits: limits)
    }

    /// The root of a document that is a text already: an encoding that it declares means nothing.
    package static func read(_ text: String, limits: XMLLimits = XMLLimits()) throws(XMLError) -> XMLElement {
        var text = text
        guard text.utf8.count <= limits.bytes else { throw tooLarge(text.utf8.count, limits) }
        if let problem = text.withUTF8({ TagScan.problem(in: $0, limits: limits) }) { throw problem }
        let builder = TreeBuilder(limits: limits)
        text.withUTF8 { ParserContext.parse($0, into: builder) }
        return try builder.result()
    }

    private static func tooLarge(_ count: Int, _ limits: XMLLimits) -> XMLError {
        XMLError(.limit, line: 1, column: 1, "the document has \(count) bytes; at most \(limits.bytes) are read")
    }
}
