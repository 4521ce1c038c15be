/// An element of a document: names are resolved, entities and CDATA sections are plain text, comments and processing
/// instructions are gone.
package struct XMLElement: Sendable, Hashable {
    /// A piece of an element's content.
    package enum Content: Sendable, Hashable {
        case element(XMLElement)
        case text(String)
    }

    package struct Attribute: Sendable, Hashable {
        package var prefix: String?
        package var namespace: String?
        package var name: String
        package var value: String

        package init(prefix: String? = nil, namespace: String? = nil, name: String, value: String) {
            self.prefix = prefix
            self.namespace = namespace
            self.name = name
            self.value = value
        }
    }

    package var prefix: String?
    /// The URI of the namespace; nil for none.
    package var namespace: String?
    /// The local name.
    package var name: String
    /// In the order of the document, declarations of namespaces excepted.
    package var attributes: [Attribute]
    package var content: [Content]
    /// Where the tag begins, both counted from 1; columns count characters. Lines that are thousands of characters long
    /// have no columns: there it is 1.
    package var line: Int
    package var column: Int

    package init(
        prefix: String? = nil, namespace: String? = nil, name: String, attributes: [Attribute] = [],
        content: [Content] = [], line: Int = 1, column: Int = 1
    ) {
        self.prefix = prefix
        self.namespace = namespace
        self.name = name
        self.attributes = attributes
        self.content = content
        self.line = line
        self.column = column
    }
}

extension XMLElement {
    /// The elements directly within this one.
    package var children: [XMLElement] {
        content.compactMap { if case .element(let child) = $0 { child } else { nil } }
    }

    /// The text directly within this element, without that of elements within.
    package var text: String {
        content.reduce(into: "") { if case .text(let piece) = $1 { $0 += piece } }
    }

    /// An attribute without a prefix.
    package subscript(name: String) -> String? {
        attributes.first { $0.namespace == nil && $0.name == name }?.value
    }
}
