import JSONValue
import XML

/// Data that stands in a document, or in a file beside it.
enum SCXMLValue {
    /// XML stays a text of XML; other text is JSON when it can be read so, else it is the text with its blanks made one.
    static func inline(_ element: XMLElement) -> JSON {
        guard element.children.isEmpty else { return .string(XMLElement.text(of: element.content).trimmed) }
        return text(element.text)
    }

    static func text(_ text: String) -> JSON {
        if let value = try? JSON.parse(text.trimmed) { return value }
        let words = text.split(whereSeparator: \.isWhitespace)
        return .string(text.trimmed.hasPrefix("<") ? text.trimmed : words.joined(separator: " "))
    }
}
