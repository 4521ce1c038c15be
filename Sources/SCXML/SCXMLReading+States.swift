import ChartFormat
import Statechart
import XML

/// The states in document order, and what belongs to each.
extension SCXMLReading {
    /// Finds all states first, so that targets, `In()` and made-up ids know them all.
    func outline() {
        declareIDs(root)
        append(root, parent: nil, id: "")
        declareData()
        if states[0].children.isEmpty {
            report(.structure, root, "<scxml> holds no state: expected <state>, <parallel> or <final>")
        }
    }

    /// Ids that are given, before any are made up. The numbers come later.
    private func declareIDs(_ element: XMLElement) {
        for child in element.children where child.isSCXML && SCXMLVocabulary.states.contains(child.name) {
            if let id = child["id"] {
                if !Self.isID(id) {
                    report(
                        .shape, child,
                        "'\(id)' is no id: letters, digits, '_', '-' and '.', beginning with a letter or '_'")
                } else if ids.updateValue(-1, forKey: id) != nil {
                    report(.target, child, "the id '\(id)' is given twice; ids are unique in a document")
                }
            }
            declareIDs(child)
        }
    }

    private func append(_ element: XMLElement, parent: Int?, id path: String) {
        let id = states.count
        ids[path] = path.isEmpty ? nil : id
        states.append(State(id: id, key: path, path: path, parent: parent, kind: kind(of: element)))
        elements.append(element)
        for child in element.children where child.isSCXML && SCXMLVocabulary.states.contains(child.name) {
            states[id].children.append(states.count)
            append(child, parent: id, id: child["id"] ?? madeUpID())
        }
        states[id].end = states.count
    }

    private func kind(of element: XMLElement) -> State.Kind {
        let hasChildren = element.children.contains { $0.isSCXML && SCXMLVocabulary.states.contains($0.name) }
        switch element.name {
        case "final": return .final
        case "history": return .history(isDeep: element["type"] == "deep")
        // A parallel state without regions has nothing that could be active within it.
        case "parallel": return hasChildren ? .parallel : .atomic
        default: return hasChildren || element.name == "scxml" ? .compound : .atomic
        }
    }

    /// Everything about a state but what `outline` found.
    func fill(_ id: Int) {
        let element = elements[id]
        if states[id].isHistory { return fillHistory(id, element) }
        fillInitial(id, element)
        states[id].entry = element.children("onentry").flatMap(block)
        states[id].exit = element.children("onexit").flatMap(block)
        states[id].transitions = element.children("transition").map { transition($0, of: id) }
        states[id].invocations = element.children("invoke").compactMap { invocation($0, of: id) }
        if let data = element.child("donedata") { fillDoneData(id, data) }
    }

    private func fillInitial(_ id: Int, _ element: XMLElement) {
        let initial = element.child("initial")
        if element["initial"] != nil, initial != nil {
            report(.structure, element, "<state> has both the attribute and the element 'initial'; keep one")
        }
        guard states[id].kind == .compound else {
            if element["initial"] != nil || initial != nil {
                report(.structure, initial ?? element, "'initial' belongs to states with states within them")
            }
            return
        }
        if let initial {
            guard let transition = defaultTransition(of: initial) else { return }
            states[id].initial = targets(transition, "target", within: id)
            states[id].initialActions = block(transition)
        } else if element["initial"] != nil {
            states[id].initial = targets(element, "initial", within: id)
        } else if let first = states[id].children.first(where: { !states[$0].isHistory }) {
            states[id].initial = [first]
        } else {
            report(.structure, element, "expected a <state>, <parallel> or <final> beside <history>")
        }
    }

    private func fillHistory(_ id: Int, _ element: XMLElement) {
        if let type = element["type"], type != "deep", type != "shallow" {
            report(.shape, element, "expected type \"shallow\" or \"deep\", found '\(type)'")
        }
        guard let parent = states[id].parent, let transition = defaultTransition(of: element) else { return }
        states[id].initial = targets(transition, "target", within: parent)
        states[id].initialActions = block(transition)
        // A history that leads to one beside it, or to itself, would lead nowhere.
        for target in states[id].initial where states[target].isHistory && states[target].parent == parent {
            report(.target, transition, "a history does not go to a history of the same parent")
        }
    }

    private func defaultTransition(of element: XMLElement) -> XMLElement? {
        guard let transition = element.child("transition") else {
            report(.structure, element, "<\(element.name)> needs one <transition> with a target")
            return nil
        }
        if transition["event"] != nil || transition["cond"] != nil {
            report(.structure, transition, "the transition of <\(element.name)> has neither event nor cond")
        }
        if transition["target"] == nil {
            report(.structure, transition, "the transition of <\(element.name)> needs a target")
            return nil
        }
        return transition
    }

    private func fillDoneData(_ id: Int, _ element: XMLElement) {
        if let content = element.child("content") {
            if element.child("param") != nil {
                report(.structure, element, "<donedata> holds both <content> and <param>; keep one")
            }
            states[id].outputContent = value(ofContent: content)
        } else {
            states[id].output = element.children("param").map(parameter)
        }
    }

    /// Letters, digits, `_`, `-` and `.`, and everything beyond ASCII.
    static func isID(_ text: String) -> Bool {
        guard let first = text.utf8.first, first >= 0x80 || first == UInt8(ascii: "_") || first.isLetter else {
            return false
        }
        return text.utf8.allSatisfy { byte in
            byte >= 0x80 || byte.isLetter || (0x30...0x39).contains(byte) || "_-.".utf8.contains(byte)
        } && !text.contains(where: \.isWhitespace)
    }
}

extension UInt8 {
    fileprivate var isLetter: Bool { (0x41...0x5A).contains(self) || (0x61...0x7A).contains(self) }
}
