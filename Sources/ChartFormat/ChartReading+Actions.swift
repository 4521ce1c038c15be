import JSONValue
import Statechart

/// What an action may read where it stands.
struct ActionPlace {
    /// The state that it belongs to.
    let state: Int
    let environment: GuardEnvironment
    /// Optional members that a guard before it asked for.
    var present: Set<String> = []
}

extension ChartReading {
    func actions(_ node: ChartNode?, of id: Int) -> [Action] {
        guard let node else { return [] }
        return actions(node, ActionPlace(state: id, environment: environment(id)))
    }

    func actions(_ node: ChartNode?, _ place: ActionPlace) -> [Action] {
        guard let node, !node.isNull else { return [] }
        return (node.elements ?? [node]).compactMap { action($0, place) }
    }

    private func action(_ node: ChartNode, _ place: ActionPlace) -> Action? {
        if let name = node.string { return named(name, nil, node, place) }
        guard let type = node.member("type")?.value.string else {
            report(.shape, node.position, "expected an action: a name, or a mapping with 'type'")
            return nil
        }
        switch Self.builtIn(type) {
        case "assign":
            guard let patch = part("context", of: node, .assign) else { return nil }
            return .assign(assignments(slot(patch), place.environment, place.present))
        case "raise": return read(node, .raise).flatMap { raise(node, $0, place) }
        case "send": return read(node, .send).flatMap { send(node, $0, place) }
        case "cancel": return read(node, .cancel).flatMap { cancel(node, $0, place) }
        case "log": return read(node, .log).flatMap { line(node, $0, place) }
        default:
            if let advice = Self.refusedActions[type.split(separator: ".").last.map(String.init) ?? type],
                vocabulary.actions[type] == nil, !vocabulary.isOpen
            {
                report(.vocabulary, node.position, "charts have no action '\(type)'; \(advice)")
                return nil
            }
            let found = read(node, .effect)
            return named(type, found?["params"]?.value, node, place)
        }
    }

    private static let refusedActions = [
        "emit": "use 'send' with 'to: parent', or an action of the service",
        "sendTo": "write 'type: send' with 'to'", "sendParent": "write 'type: send' with 'to: parent'",
        "respond": "write 'type: send' with 'to'", "escalate": "write 'type: send' with 'to: parent'",
        "forwardTo": "write 'type: send' with 'to'", "spawnChild": "use 'invoke'", "spawn": "use 'invoke'",
        "stopChild": "leaving the state that invokes ends the child", "stop": "leaving the state ends what it invokes",
        "start": "version 4's activities are 'invoke' here",
        "enqueueActions": "write one transition with a guard for each case",
        "choose": "version 4's name; write one transition with a guard for each case",
        "pure": "version 4's name; write one transition with a guard for each case",
    ]

    /// The member that a built-in action needs.
    private func part(_ key: String, of node: ChartNode, _ keys: ChartKeys) -> ChartNode? {
        guard let found = read(node, keys) else { return nil }
        return needed(key, of: node, found)
    }

    func needed(_ key: String, of node: ChartNode, _ found: [String: ChartNode.Member]) -> ChartNode? {
        if found[key] == nil { report(.shape, node.position, "the action needs '\(key)'") }
        return found[key]?.value
    }

    private func line(
        _ node: ChartNode, _ found: [String: ChartNode.Member], _ place: ActionPlace
    ) -> Action? {
        if let arguments = found["args"]?.value {
            let only = arguments.elements.flatMap { $0.count == 1 ? $0[0] : nil }
            return .log(value(slot(only ?? arguments), place.environment, place.present), label: nil)
        }
        guard let message = needed("message", of: node, found) else { return nil }
        return .log(value(slot(message), place.environment, place.present), label: nil)
    }

    private func cancel(
        _ node: ChartNode, _ found: [String: ChartNode.Member], _ place: ActionPlace
    ) -> Action? {
        guard let id = found["id"]?.value else {
            guard let timer = needed("timer", of: node, found) else { return nil }
            return self.timer(timer, from: place.state).map { .cancel(timer: $0) }
        }
        if let timer = found["timer"] {
            report(.structure, timer.keyPosition, "either 'timer', a key of 'after', or 'id', of a delayed event")
        }
        guard let name = word(id, "the id of a delayed event") else { return nil }
        guard sendIDs.contains(name) || vocabulary.isOpen else {
            let rest = Suggestion.text(for: name, among: sendIDs)
            report(.target, id.position, "no delayed event has the id '\(name)'\(rest)")
            return nil
        }
        return .cancelSend(id: Expression(constant: .string(name)))
    }

    /// The timer that a key of `after` names: of this state or the nearest around it, else the only one of that key.
    private func timer(_ node: ChartNode, from id: Int) -> String? {
        guard let key = node.scalarText else {
            report(.shape, node.position, "expected a key of 'after', found \(node.kindName)")
            return nil
        }
        let declaring = states.indices.filter { state in
            members[state]["after"]?.value.member(key) != nil || key == "timeout" && members[state]["timeout"] != nil
        }
        let near = ([id] + ancestors(id)).first { declaring.contains($0) }
        if let state = near ?? (declaring.count == 1 ? declaring[0] : nil) { return "\(states[state].path)/\(key)" }
        report(
            .target, node.position,
            declaring.isEmpty ? "no 'after' has the key '\(key)'" : "several states have a timer '\(key)'")
        return nil
    }

    private func named(
        _ name: String, _ parameters: ChartNode?, _ node: ChartNode, _ place: ActionPlace
    ) -> Action? {
        let open: JSON? = vocabulary.isOpen ? [:] : nil
        guard let schema = vocabulary.actions[name] ?? open else {
            let known = ["assign", "raise", "send", "cancel", "log"] + vocabulary.actions.keys
            report(
                .vocabulary, node.position, "there is no action '\(name)'\(Suggestion.text(for: name, among: known))")
            return nil
        }
        let declared = GuardType(schema: schema)
        let what = "the action '\(name)'"
        let found =
            parameters.map {
                named(slot($0), place.environment, place.present, declared: declared, what: what)
            } ?? []
        requireMembers(found, of: declared, what: what, at: parameters?.position ?? node.position)
        return .named(name, parameters: found)
    }

    func requireMembers(
        _ found: [Assignment], of declared: GuardType, what: String, at position: SourcePosition,
        _ noun: String = "parameter"
    ) {
        guard case .record(let record) = declared else { return }
        for missing in record.required.subtracting(found.map(\.name)).sorted() where missing != "type" {
            report(.type, position, "\(what) needs the \(noun) '\(missing)'")
        }
    }
}
