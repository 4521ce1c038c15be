extension XMLElement {
    /// The element as a document's text: reading it again gives an equal element, places excepted.
    package var document: String {
        var text = ""
        write(to: &text, namespaces: [:])
        return text
    }

    /// The text of elements and the text between them, as it stands within an element.
    package static func text(of content: [Content]) -> String {
        var text = ""
        for piece in content { write(piece, to: &text, namespaces: [:]) }
        return text
    }

    private func write(to text: inout String, namespaces: [String: String]) {
        var known = namespaces
        let tag = prefix.map { "\($0):\(name)" } ?? name
        text += "<\(tag)"
        declare(prefix ?? "", namespace ?? "", in: &known, to: &text)
        for attribute in attributes {
            if let prefix = attribute.prefix, prefix != "xml" {
                declare(prefix, attribute.namespace ?? "", in: &known, to: &text)
            }
            let name = attribute.prefix.map { "\($0):\(attribute.name)" } ?? attribute.name
            text += " \(name)=\"\(Self.escaped(attribute.value, isAttribute: true))\""
        }
        guard !content.isEmpty else {
            text += "/>"
            return
        }
        text += ">"
        for piece in content { Self.write(piece, to: &text, namespaces: known) }
        text += "</\(tag)>"
    }

    private static func write(_ piece: Content, to text: inout String, namespaces: [String: String]) {
        switch piece {
        case .element(let element): element.write(to: &text, namespaces: namespaces)
        case .text(let characters): text += escaped(characters, isAttribute: false)
        }
    }

    private func declare(
        _ prefix: String, _ namespace: String, in known: inout [String: String], to text: inout String
    ) {
        guard known[prefix, default: ""] != namespace else { return }
        known[prefix] = namespace
        let name = prefix.isEmpty ? "xmlns" : "xmlns:\(prefix)"
        text += " \(name)=\"\(Self.escaped(namespace, isAttribute: true))\""
    }

    private static func escaped(_ text: String, isAttribute: Bool) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\r": escaped += "&#13;"
            case "\"" where isAttribute: escaped += "&quot;"
            case "\n" where isAttribute: escaped += "&#10;"
            case "\t" where isAttribute: escaped += "&#9;"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
