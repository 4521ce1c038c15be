import JSONValue
import Statechart

/// The tree of states: keys, kinds, ids and paths. References are resolved once all states are known.
extension ChartReading {
    func outline(_ root: ChartNode) {
        guard let found = read(root, isChild ? .child : .chart) else { return }
        let id = add(key: chartID, path: "", parent: nil, at: root.position, root, found)
        if states[id].kind != .compound, states[id].kind != .parallel {
            report(.structure, root.position, "a chart needs 'states', of which one is 'initial'")
        }
    }

    @discardableResult
    private func add(
        key: String, path: String, parent: Int?, at position: SourcePosition, _ node: ChartNode,
        _ found: [String: ChartNode.Member]
    ) -> Int {
        let id = states.count
        log.stateCount += 1
        states.append(State(id: id, key: key, path: path, parent: parent, kind: kind(found, node)))
        members.append(found)
        nodes.append(node)
        places.states.append(StatePlaces(state: position))
        noteInvocations(found["invoke"]?.value)
        if parent != nil { register(id, key, found["id"]) }
        for member in children(found) {
            guard log.stateCount < ChartLimits.states else {
                report(.limit, member.keyPosition, "a chart has at most \(ChartLimits.states) states")
                break
            }
            guard isWord(member.key) else {
                report(
                    .shape, member.keyPosition,
                    "'\(member.key)' cannot be a state's key: letters, digits, '_' and '-' only")
                continue
            }
            // `failed:` with nothing behind it is a state without anything.
            guard let inner = member.value.isNull ? [:] : read(member.value, .state) else { continue }
            let innerPath = path.isEmpty ? member.key : "\(path).\(member.key)"
            let child = add(
                key: member.key, path: innerPath, parent: id, at: member.keyPosition, member.value, inner)
            states[id].children.append(child)
        }
        states[id].end = states.count
        return id
    }

    private func register(_ id: Int, _ key: String, _ declared: ChartNode.Member?) {
        keys[key, default: []].append(id)
        guard let declared, let name = word(declared.value, "a state's id") else { return }
        if declaredIDs[name] != nil {
            report(.target, declared.value.position, "the id '\(name)' comes twice")
        } else {
            declaredIDs[name] = id
        }
    }

    private func children(_ found: [String: ChartNode.Member]) -> [ChartNode.Member] {
        guard let node = found["states"]?.value else { return [] }
        guard let children = node.members else {
            report(.shape, node.position, "expected a mapping from keys to states, found \(node.kindName)")
            return []
        }
        return children
    }

    private func kind(_ found: [String: ChartNode.Member], _ node: ChartNode) -> State.Kind {
        let hasChildren = found["states"]?.value.members?.isEmpty == false
        let isHistory = found["history"] != nil
        guard let declared = found["type"]?.value else {
            return hasChildren ? .compound : isHistory ? history(found) : .atomic
        }
        switch declared.string {
        case "atomic" where !hasChildren: return .atomic
        case "compound" where hasChildren: return .compound
        case "parallel" where hasChildren: return .parallel
        case "final": return .final
        case "history": return history(found)
        case "choice" where !hasChildren: return .atomic
        case "choice": report(.structure, declared.position, "a choice has no 'states'")
        case "atomic": report(.structure, declared.position, "an atomic state has no 'states'")
        case "compound", "parallel":
            report(.structure, declared.position, "a \(declared.string ?? "") state needs 'states'")
        default:
            let known = ["atomic", "compound", "parallel", "final", "history", "choice"]
            let found = declared.string ?? declared.json.text
            report(
                .shape, declared.position,
                "'\(found)' is no type of state\(Suggestion.text(for: found, among: known))")
        }
        return hasChildren ? .compound : .atomic
    }

    private func history(_ found: [String: ChartNode.Member]) -> State.Kind {
        guard let node = found["history"]?.value else { return .history(isDeep: false) }
        switch node.json {
        case "deep": return .history(isDeep: true)
        case "shallow", true: return .history(isDeep: false)
        default:
            report(.shape, node.position, "expected 'shallow' or 'deep', found \(node.json.text)")
            return .history(isDeep: false)
        }
    }

    /// Fills one state with everything that may refer to others.
    func fill(_ id: Int) {
        let found = members[id]
        refuseMisplaced(id, found)
        if let lint = found["lint"]?.value { readAccepted(lint, of: id) }
        if let meta = found["meta"]?.value { states[id].meta = metadata(meta) }
        states[id].tags = tags(found["tags"]?.value)
        states[id].note = found["description"]?.value.string
        switch states[id].kind {
        case .history: fillHistory(id, found)
        case .compound: fillInitial(id, found)
        case .atomic, .parallel, .final: break
        }
        fillActions(id, found)
        fillInvocations(id, found["invoke"]?.value)
        fillTransitions(id, found)
    }

    private func fillActions(_ id: Int, _ found: [String: ChartNode.Member]) {
        let positions = { (node: ChartNode?) in node.map { ($0.elements ?? [$0]).map(\.position) } ?? [] }
        states[id].entry = actions(found["entry"]?.value, of: id)
        states[id].exit = actions(found["exit"]?.value, of: id)
        places.states[id].entry = positions(found["entry"]?.value)
        places.states[id].exit = positions(found["exit"]?.value)
        guard states[id].kind == .final else { return }
        var type: GuardType?
        if let output = found["output"]?.value, let (text, compiled) = compile(slot(output), environment(id), []) {
            states[id].output = [Assignment(name: "output", value: Expression(text, compiled))]
            type = compiled.type
        }
        if states[id].parent == 0 { outputs.append(type) }
    }

    private func metadata(_ node: ChartNode) -> JSONObject {
        guard let object = node.json.object else {
            report(.shape, node.position, "expected 'meta' to be a mapping, found \(node.kindName)")
            return [:]
        }
        return object
    }

    /// The findings of the linter that stay, each with its reason.
    private func readAccepted(_ node: ChartNode, of id: Int) {
        guard let accepted = read(node, .lint)?["accept"]?.value else { return }
        guard let found = accepted.members else {
            report(
                .shape, accepted.position,
                "expected a mapping from codes of findings to reasons, found \(accepted.kindName)")
            return
        }
        for member in found {
            guard let reason = member.value.string, !reason.isEmpty else {
                report(.shape, member.value.position, "expected the reason why '\(member.key)' is accepted")
                continue
            }
            places.accepted.append(
                AcceptedFinding(name: member.key, reason: reason, position: member.keyPosition, state: id))
        }
    }

    private func tags(_ node: ChartNode?) -> [String] {
        guard let node else { return [] }
        let elements = node.elements ?? [node]
        return elements.compactMap { word($0, "a tag") }.sorted()
    }

    /// Members that a state of this kind cannot have.
    private func refuseMisplaced(_ id: Int, _ found: [String: ChartNode.Member]) {
        let kind = states[id].kind
        let active = ["on", "always", "after", "invoke", "onDone", "timeout", "onTimeout", "choice"]
        let isChoice = found["type"]?.value.string == "choice" || found["choice"] != nil
        let refused: [String]
        switch kind {
        case .final: refused = active + ["initial", "states", "history", "target"]
        case .history: refused = active + ["initial", "states", "entry", "exit", "output"]
        case .compound: refused = ["history", "target", "output", "choice"]
        case .parallel: refused = ["initial", "history", "target", "output", "choice"]
        case .atomic where isChoice:
            refused = active.filter { $0 != "choice" } + ["initial", "history", "target", "output"]
        case .atomic: refused = ["initial", "history", "target", "output", "onDone"]
        }
        for key in refused {
            guard let member = found[key], !(key == "states" && member.value.members?.isEmpty == true) else { continue }
            let name = isChoice && kind == .atomic ? "a choice" : kind.name
            report(.structure, member.keyPosition, "\(name) has no '\(key)'\(hint(key, kind))")
        }
    }

    private func hint(_ key: String, _ kind: State.Kind) -> String {
        switch (key, kind) {
        case ("initial", .parallel): ": all its regions are entered"
        case ("onDone", .atomic): "; 'onDone' of a job belongs to 'invoke'"
        case ("output", _): ": only final states have"
        default: ""
        }
    }
}

extension State.Kind {
    var name: String {
        switch self {
        case .atomic: "an atomic state"
        case .compound: "a compound state"
        case .parallel: "a parallel state"
        case .final: "a final state"
        case .history: "a history state"
        }
    }
}
