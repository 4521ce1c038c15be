import ChartFormat
import Statechart
import XML

/// Transitions and where they lead.
extension SCXMLReading {
    func transition(_ element: XMLElement, of source: Int) -> Transition {
        if ["event", "cond", "target"].allSatisfy({ element[$0] == nil }), element.children.isEmpty {
            report(.structure, element, "<transition> says nothing: it needs event, cond, target or content")
        }
        let targets = element["target"] == nil ? [] : targets(element, "target", within: nil)
        return Transition(
            events: descriptors(element), condition: element["cond"].map(condition), targets: targets,
            isReentering: isReentering(element, source, targets), actions: block(element))
    }

    private func descriptors(_ element: XMLElement) -> [EventDescriptor] {
        guard element["event"] != nil else { return [] }
        let words = element.words("event")
        if words.isEmpty { report(.shape, element, "'event' is empty: name an event, or leave the attribute out") }
        return words.map(Self.descriptor)
    }

    /// `foo`, `foo.` and `foo.*` are the same: the event `foo` and all that begin with `foo.`.
    static func descriptor(_ word: String) -> EventDescriptor {
        if word == "*" || word == ".*" { return .any }
        if word.hasSuffix(".*") { return .prefix(String(word.dropLast(2))) }
        return .prefix(word.hasSuffix(".") ? String(word.dropLast()) : word)
    }

    /// `type="internal"` means something only where the source is compound and the targets lie within it.
    private func isReentering(_ element: XMLElement, _ source: Int, _ targets: [Int]) -> Bool {
        switch element["type"] {
        case nil, "external": return true
        case "internal":
            let isWithin = targets.allSatisfy { isDescendant($0, of: source) }
            return !(states[source].kind == .compound && isWithin)
        case let other?:
            report(.shape, element, "expected type \"external\" or \"internal\", found '\(other)'")
            return true
        }
    }

    /// The states that an attribute names. `within` is the state that must hold them.
    func targets(_ element: XMLElement, _ attribute: String, within ancestor: Int?) -> [Int] {
        let words = element.words(attribute)
        if words.isEmpty { report(.target, element, "'\(attribute)' is empty: name a state") }
        guard words.count <= SCXMLLimits.targets else {
            report(.limit, element, "'\(attribute)' names more than \(SCXMLLimits.targets) states")
            return []
        }
        let found = words.compactMap { word -> Int? in
            guard let id = ids[word] else {
                let rest = Suggestion.text(for: word, among: ids.keys)
                report(.target, element, "there is no state '\(word)'\(rest)")
                return nil
            }
            if let ancestor, !isDescendant(id, of: ancestor) {
                report(.target, element, "'\(word)' does not lie within \(title(ancestor))")
            }
            return id
        }
        checkTogether(found, element, attribute)
        return found
    }

    /// States that are entered together lie in different regions of a parallel state, or one within the other.
    private func checkTogether(_ targets: [Int], _ element: XMLElement, _ attribute: String) {
        for (index, first) in targets.enumerated() {
            for second in targets[..<index] where !canBeActiveTogether(first, second) {
                return report(
                    .target, element,
                    "'\(attribute)' names \(title(second)) and \(title(first)), which are never active together")
            }
        }
    }

    private func canBeActiveTogether(_ first: Int, _ second: Int) -> Bool {
        if first == second || isDescendant(first, of: second) || isDescendant(second, of: first) { return true }
        var ancestor = states[first].parent
        while let id = ancestor, !isDescendant(second, of: id) { ancestor = states[id].parent }
        return ancestor.map { states[$0].kind == .parallel } ?? false
    }

    func isDescendant(_ id: Int, of ancestor: Int) -> Bool { id > ancestor && id < states[ancestor].end }

    private func title(_ id: Int) -> String { id == 0 ? "<scxml>" : "'\(states[id].path)'" }
}
