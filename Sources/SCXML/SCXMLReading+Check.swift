import ChartFormat
import XML

/// The walk over the whole document that compares it with the vocabulary. What comes after may rely on it.
extension SCXMLReading {
    func check(_ element: XMLElement) {
        guard let rule = SCXMLVocabulary.elements[element.name] else { return }
        checkAttributes(element, rule)
        if element.name == "script" {
            report(.vocabulary, element, "scripts are not run; write what it does as <assign>, <if> and <foreach>")
        }
        guard !rule.isData else { return }
        let stray = element.text.split(whereSeparator: \.isWhitespace).first
        if let stray {
            report(.shape, element, "<\(element.name)> holds the text '\(stray.prefix(40))' and may hold none")
        }
        var seen: Set<String> = []
        for child in element.children {
            guard child.isSCXML else {
                checkForeign(child, in: element, rule)
                continue
            }
            guard rule.children.contains(child.name) else {
                report(.unknownKey, child, misplaced(child, in: element, rule))
                continue
            }
            if !seen.insert(child.name).inserted, rule.single.contains(child.name) {
                report(.structure, child, "<\(element.name)> may hold one <\(child.name)> only; this is another")
            }
            check(child)
        }
    }

    private func checkAttributes(_ element: XMLElement, _ rule: SCXMLVocabulary) {
        for attribute in element.attributes where attribute.namespace == nil {
            guard !rule.attributes.contains(attribute.name) else { continue }
            let rest = Suggestion.text(for: attribute.name, among: rule.attributes)
            report(.unknownKey, element, "<\(element.name)> has no attribute '\(attribute.name)'\(rest)")
        }
        for name in rule.required where element[name] == nil {
            report(.shape, element, "<\(element.name)> needs the attribute '\(name)'")
        }
        for group in rule.exclusive {
            let given = group.filter { $0 == "content" ? element.hasData : element[$0] != nil }
            guard given.count > 1 else { continue }
            let names = given.map { $0 == "content" ? "content of its own" : "'\($0)'" }
            report(.structure, element, "<\(element.name)> has both \(names[0]) and \(names[1]); keep one")
        }
    }

    private func misplaced(_ child: XMLElement, in element: XMLElement, _ rule: SCXMLVocabulary) -> String {
        guard SCXMLVocabulary.elements[child.name] != nil else {
            let rest = Suggestion.text(for: child.name, among: rule.children)
            return "SCXML has no element <\(child.name)>\(rest)"
        }
        let expected = rule.children.sorted().map { "<\($0)>" }.joined(separator: ", ")
        let rest = expected.isEmpty ? "it holds no elements" : "expected one of \(expected)"
        return "<\(child.name)> may not stand in <\(element.name)>; \(rest)"
    }

    /// Elements of other namespaces are notes for other tools, except where something would have to be done.
    private func checkForeign(_ child: XMLElement, in element: XMLElement, _ rule: SCXMLVocabulary) {
        guard rule.children.isSuperset(of: ["assign", "log"]) else { return }
        let space = child.namespace.map { "the namespace '\($0)'" } ?? "no namespace"
        report(
            .vocabulary, child,
            "<\(child.name)> of \(space) is no executable content that is known; <\(element.name)> may hold that of SCXML"
        )
    }
}

extension XMLElement {
    var isSCXML: Bool { namespace == SCXMLVocabulary.namespace }

    /// Whether there is anything within but blanks.
    var hasData: Bool {
        content.contains { piece in
            switch piece {
            case .element: true
            case .text(let text): !text.allSatisfy(\.isWhitespace)
            }
        }
    }

    /// The SCXML elements of a name directly within this one.
    func children(_ name: String) -> [XMLElement] { children.filter { $0.isSCXML && $0.name == name } }

    func child(_ name: String) -> XMLElement? { children(name).first }

    /// An attribute's words.
    func words(_ name: String) -> [String] { (self[name] ?? "").split(whereSeparator: \.isWhitespace).map(String.init) }
}
