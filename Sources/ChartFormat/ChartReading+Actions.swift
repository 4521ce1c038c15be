import JSONValue
import Statechart

extension ChartReading {
    func actions(
        _ node: ChartNode?, of id: Int, _ environment: GuardEnvironment? = nil, _ present: Set<String> = []
    ) -> [Action] {
        guard let node else { return [] }
        let environment = environment ?? self.environment(id)
        return (node.elements ?? [node]).compactMap { action($0, of: id, environment, present) }
    }

    private func action(
        _ node: ChartNode, of id: Int, _ environment: GuardEnvironment, _ present: Set<String>
    ) -> Action? {
        if let name = node.string { return named(name, nil, node, environment, present) }
        guard let members = node.members, let type = members.first(where: { $0.key == "type" })?.value.string else {
            report(.shape, node.position, "expected an action: a name, or a mapping with 'type'")
            return nil
        }
        switch type {
        case "assign":
            guard let patch = part("context", of: node, ["type", "context"]) else { return nil }
            return .assign(assignments(patch, environment, present))
        case "raise":
            guard let event = part("event", of: node, ["type", "event", "data"]) else { return nil }
            return raise(event, members.first { $0.key == "data" }?.value, environment, present)
        case "cancel":
            guard let timer = part("timer", of: node, ["type", "timer"]) else { return nil }
            return self.timer(timer, from: id).map { .cancel(timer: $0) }
        case "log":
            guard let message = part("message", of: node, ["type", "message"]) else { return nil }
            return .log(value(message, environment, present), label: nil)
        default:
            _ = read(node, ChartKeys(what: "an action", known: ["type", "params"]))
            return named(type, members.first { $0.key == "params" }?.value, node, environment, present)
        }
    }

    /// The member that a built-in action needs.
    private func part(_ key: String, of node: ChartNode, _ known: [String]) -> ChartNode? {
        guard let found = read(node, ChartKeys(what: "this action", known: known)) else { return nil }
        if found[key] == nil { report(.shape, node.position, "the action needs '\(key)'") }
        return found[key]?.value
    }

    private func raise(
        _ event: ChartNode, _ data: ChartNode?, _ environment: GuardEnvironment, _ present: Set<String>
    ) -> Action? {
        guard let name = event.string, Self.isEventName(name) else {
            report(.shape, event.position, "expected the name of an event: words joined by dots")
            return nil
        }
        guard let data else { return .raise(event: name, data: []) }
        return .raise(event: name, data: named(data, environment, present, what: "the payload"))
    }

    /// The timer that a key of `after` names: of this state or the nearest around it, else the only one of that key.
    private func timer(_ node: ChartNode, from id: Int) -> String? {
        guard let key = node.string ?? node.json.int.map(String.init) else {
            report(.shape, node.position, "expected a key of 'after', found \(node.kindName)")
            return nil
        }
        let declaring = states.indices.filter { state in
            members[state]["after"]?.value.members?.contains { $0.key == key } == true
        }
        let near = ([id] + ancestors(id)).first { declaring.contains($0) }
        if let state = near ?? (declaring.count == 1 ? declaring[0] : nil) { return "\(states[state].path)/\(key)" }
        report(
            .target, node.position,
            declaring.isEmpty ? "no 'after' has the key '\(key)'" : "several states have a timer '\(key)'")
        return nil
    }

    private func named(
        _ name: String, _ parameters: ChartNode?, _ node: ChartNode, _ environment: GuardEnvironment,
        _ present: Set<String>
    ) -> Action? {
        guard let schema = vocabulary.actions[name] else {
            let known = ["assign", "raise", "cancel", "log"] + vocabulary.actions.keys
            report(
                .vocabulary, node.position, "there is no action '\(name)'\(Suggestion.text(for: name, among: known))")
            return nil
        }
        let declared = GuardType(schema: schema)
        let what = "the action '\(name)'"
        let found = parameters.map { named($0, environment, present, declared: declared, what: what) } ?? []
        if case .record(let record) = declared {
            for missing in record.required.subtracting(found.map(\.name)).sorted() {
                report(.type, parameters?.position ?? node.position, "\(what) needs the parameter '\(missing)'")
            }
        }
        return .named(name, parameters: found)
    }
}
