import JSONValue
import Statechart

/// Events that a chart sends: to itself, at once or later; to the chart that invoked it; to one that it invokes.
extension ChartReading {
    func raise(_ node: ChartNode, _ found: [String: ChartNode.Member], _ place: ActionPlace) -> Action? {
        guard let event = needed("event", of: node, found), let name = sentEvent(event) else { return nil }
        let declared = events?[name].map(GuardType.init(schema:)) ?? .dyn
        let data = payload(event, found["data"]?.value, place, declared, "the event '\(name)'", at: node.position)
        guard let delay = found["delay"]?.value else {
            if let id = found["id"] {
                report(.structure, id.keyPosition, "only an event with a 'delay' can be taken back by its 'id'")
            }
            return .raise(event: name, data: data)
        }
        return sending(name, to: nil, data, delay, found["id"]?.value, place)
    }

    func send(_ node: ChartNode, _ found: [String: ChartNode.Member], _ place: ActionPlace) -> Action? {
        guard let event = needed("event", of: node, found), let name = sentEvent(event) else { return nil }
        guard let to = needed("to", of: node, found), let receiver = word(to, "'to'") else { return nil }
        let declared: JSON?
        if receiver == "parent" {
            declared = toParent(name, event, to)
        } else {
            guard let child = invokedChart(receiver, at: to.position) else { return nil }
            declared = toChild(name, event, receiver, child)
        }
        let type = declared.map(GuardType.init(schema:)) ?? .dyn
        let data = payload(event, found["data"]?.value, place, type, "the event '\(name)'", at: node.position)
        if found["delay"] == nil, let id = found["id"] {
            report(.structure, id.keyPosition, "only an event with a 'delay' can be taken back by its 'id'")
        }
        return sending(name, to: "#_\(receiver)", data, found["delay"]?.value, found["id"]?.value, place)
    }

    /// The schema of an event for the parent; it has to be declared, since the parent's types depend on it.
    private func toParent(_ name: String, _ event: ChartNode, _ to: ChartNode) -> JSON? {
        guard isChild else {
            report(.target, to.position, "this chart has no parent: nothing invokes the chart of a file")
            return nil
        }
        if let schema = emitted[name] { return schema }
        let rest = Suggestion.text(for: name, among: emitted.keys)
        report(
            .vocabulary, event.position,
            "declare the event '\(name)' in this chart's schemas.emitted, so that its parent knows it\(rest)")
        return nil
    }

    private func toChild(_ name: String, _ event: ChartNode, _ id: String, _ child: ChartReading) -> JSON? {
        guard let declared = child.events else { return nil }
        if let schema = declared[name] { return schema }
        let rest = Suggestion.text(for: name, among: declared.keys)
        report(.vocabulary, event.position, "the chart of '\(id)' declares no event '\(name)'\(rest)")
        return nil
    }

    private func sentEvent(_ node: ChartNode) -> String? {
        guard let name = Self.sentName(node), isEventName(name) else {
            report(.shape, node.position, "expected the name of an event: words joined by dots")
            return nil
        }
        return name
    }

    /// The payload: `data`, or the members of a whole event but its `type`.
    private func payload(
        _ event: ChartNode, _ data: ChartNode?, _ place: ActionPlace, _ declared: GuardType, _ what: String,
        at position: SourcePosition
    ) -> [Assignment] {
        var node = data
        if let members = event.members {
            let rest = members.filter { $0.key != "type" }
            if let data, !rest.isEmpty {
                report(.structure, data.position, "the payload stands either in 'event' or in 'data'")
            }
            if data == nil { node = ChartNode(content: .mapping(rest), position: event.position) }
        }
        let found =
            node.map { named(slot($0), place.environment, place.present, declared: declared, what: what) } ?? []
        requireMembers(found, of: declared, what: what, at: node?.position ?? position, "member")
        return found
    }

    private func sending(
        _ event: String, to target: String?, _ data: [Assignment], _ delay: ChartNode?, _ id: ChartNode?,
        _ place: ActionPlace
    ) -> Action? {
        var send = Send(
            event: Expression(constant: .string(event)),
            target: target.map { Expression(constant: .string($0)) }, parameters: data)
        if let id, let name = word(id, "the id of a delayed event") {
            send.id = Expression(constant: .string(name))
        }
        if let delay {
            guard let found = sendDelay(delay, place) else { return nil }
            send.delay = found
        }
        return .send(send)
    }

    /// A delay, or an expression whose value is the text of one.
    private func sendDelay(_ node: ChartNode, _ place: ActionPlace) -> SendDelay? {
        if node.members == nil {
            guard let text = node.scalarText else {
                report(.shape, node.position, "expected a delay, found \(node.kindName)")
                return nil
            }
            return delay(text, at: node.position).map(SendDelay.fixed)
        }
        guard let (text, compiled) = compile(node, place.environment, place.present) else { return nil }
        guard compiled.type.isString || compiled.type == .dyn else {
            report(.type, node.position, "a delay is a text such as '1.5s', but this is \(compiled.type)")
            return nil
        }
        return .computed(Expression(text, compiled))
    }
}
