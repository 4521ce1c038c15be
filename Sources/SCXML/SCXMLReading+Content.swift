import ChartFormat
import JSONValue
import Statechart
import XML

/// Executable content.
extension SCXMLReading {
    /// The content of an element as one block, in which an error ends the rest.
    func block(_ element: XMLElement) -> [Action] {
        let actions = actions(element.children)
        return actions.isEmpty ? [] : [.block(actions)]
    }

    private func actions(_ elements: [XMLElement]) -> [Action] {
        elements.filter(\.isSCXML).compactMap(action)
    }

    private func action(_ element: XMLElement) -> Action? {
        switch element.name {
        case "raise": return .raise(event: element["event"] ?? "", data: [])
        case "if": return choice(element)
        case "foreach": return loop(element)
        case "log":
            return .log(element["expr"].map(value) ?? Expression(constant: ""), label: element["label"])
        case "assign": return assignment(element)
        case "send": return send(element)
        case "cancel": return cancel(element)
        default: return nil
        }
    }

    /// `<elseif>` and `<else>` stand between what belongs to one branch and what belongs to the next.
    private func choice(_ element: XMLElement) -> Action {
        var branches = [(condition: element["cond"].map(condition), elements: [XMLElement]())]
        for child in element.children where child.isSCXML {
            guard child.name == "elseif" || child.name == "else" else {
                branches[branches.count - 1].elements.append(child)
                continue
            }
            if branches.count > 1, branches[branches.count - 1].condition == nil {
                report(.structure, child, "<\(child.name)> comes after <else>; <else> is the last part of <if>")
            }
            branches.append((child["cond"].map(condition), []))
        }
        return .choose(branches.map { Action.Branch(condition: $0.condition, actions: actions($0.elements)) })
    }

    private func loop(_ element: XMLElement) -> Action {
        .forEach(
            Action.ForEach(
                array: value(element["array"] ?? ""), item: Location(element["item"] ?? ""),
                index: element["index"].map { Location($0) }, actions: actions(element.children)))
    }

    private func assignment(_ element: XMLElement) -> Action {
        let location = Location(element["location"]?.trimmed ?? "")
        if let text = element["expr"] { return .set(location, value(text)) }
        guard element.hasData else { return .fail("<assign> has neither expr nor content") }
        return .set(location, Expression(constant: SCXMLValue.inline(element)))
    }

    private func cancel(_ element: XMLElement) -> Action {
        if let id = element["sendid"] { return .cancelSend(id: Expression(constant: .string(id))) }
        if let text = element["sendidexpr"] { return .cancelSend(id: value(text)) }
        report(.structure, element, "<cancel> needs sendid or sendidexpr")
        return .fail("<cancel> names nothing")
    }

    private func send(_ element: XMLElement) -> Action {
        let content = element.child("content")
        if content != nil, element["namelist"] != nil || element.child("param") != nil {
            report(.structure, element, "<send> has both <content> and parameters; keep one")
        }
        if element["event"] == nil, element["eventexpr"] == nil, content == nil {
            report(.structure, element, "<send> needs one of event, eventexpr and <content>")
        }
        return .send(
            Send(
                event: constantOrValue(element, "event", "eventexpr"),
                target: constantOrValue(element, "target", "targetexpr"),
                type: constantOrValue(element, "type", "typeexpr"),
                id: element["id"].map { Expression(constant: .string($0)) },
                idLocation: element["idlocation"].map { Location($0) }, delay: delay(element),
                parameters: parameters(element), content: content.map(value(ofContent:))))
    }

    private func delay(_ element: XMLElement) -> SendDelay? {
        if let text = element["delayexpr"] { return .computed(value(text)) }
        guard let text = element["delay"] else { return nil }
        if element["target"] == "#_internal" {
            report(.structure, element, "what goes to '#_internal' cannot be delayed; leave out 'delay' or the target")
        }
        guard let span = Duration(cssTime: text) else {
            report(.shape, element, "'\(text)' is no delay; write '1.5s' or '250ms'")
            return nil
        }
        return .fixed(.fixed(span))
    }

    /// `namelist` and `<param>` together.
    func parameters(_ element: XMLElement) -> [Assignment] {
        element.words("namelist").map { Assignment(name: $0, value: read(location: $0)) }
            + element.children("param").map(parameter)
    }

    func parameter(_ element: XMLElement) -> Assignment {
        let name = element["name"] ?? ""
        if let text = element["expr"] { return Assignment(name: name, value: value(text)) }
        if let text = element["location"] { return Assignment(name: name, value: read(location: text)) }
        report(.structure, element, "<param> needs expr or location")
        return Assignment(name: name, value: Expression(constant: .null))
    }
}

extension String {
    var trimmed: String {
        var text = Substring(self)
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
