import JSONValue
import Statechart

/// Transitions: `on`, `always`, `after` and `onDone`, each one candidate or a list of them.
extension ChartReading {
    func fillTransitions(_ id: Int, _ found: [String: ChartNode.Member]) {
        if let node = found["always"]?.value {
            add(candidates(node, nil, environment(id), from: id), to: id, at: node.position)
        }
        if let member = found["onDone"], [.compound, .parallel].contains(states[id].kind), id != 0 {
            let descriptor = EventDescriptor.exact(states[id].doneEvent)
            add(candidates(member.value, descriptor, environment(id), from: id), to: id, at: member.keyPosition)
        }
        if let node = found["on"]?.value { fillEvents(id, node) }
        if let node = found["after"]?.value { fillTimers(id, node) }
    }

    /// Two places of one state may not speak of one event: which of them wins would depend on the order of the file.
    func add(_ transitions: [Transition], to id: Int, at position: SourcePosition) {
        if let event = transitions.first?.events.first,
            states[id].transitions.contains(where: { $0.events.contains(event) })
        {
            report(.structure, position, "this state has transitions on '\(event.text)' in another place already")
        }
        states[id].transitions += transitions
    }

    private func fillEvents(_ id: Int, _ node: ChartNode) {
        guard let found = node.members else {
            report(.shape, node.position, "expected a mapping from events to transitions, found \(node.kindName)")
            return
        }
        for member in found.sorted(by: { $0.key < $1.key }) {
            guard let descriptor = descriptor(member) else { continue }
            var environment = environment(id)
            environment.event = eventType(descriptor, at: member.keyPosition)
            add(candidates(member.value, descriptor, environment, from: id), to: id, at: member.keyPosition)
        }
    }

    private func descriptor(_ member: ChartNode.Member) -> EventDescriptor? {
        let name = member.key.hasSuffix(".*") ? String(member.key.dropLast(2)) : member.key
        guard member.key == "*" || Self.isEventName(name) else {
            let hint = member.key.isEmpty ? "; an eventless transition belongs to 'always'" : ""
            report(
                .shape, member.keyPosition,
                "'\(member.key)' names no event: expected words joined by dots, 'word.*' or '*'\(hint)")
            return nil
        }
        return EventDescriptor(member.key)
    }

    private func fillTimers(_ id: Int, _ node: ChartNode) {
        guard let found = node.members else {
            report(.shape, node.position, "expected a mapping from delays to transitions, found \(node.kindName)")
            return
        }
        for member in found.sorted(by: { $0.key < $1.key }) {
            guard let delay = delay(member.key, at: member.keyPosition) else { continue }
            let name = "\(states[id].path)/\(member.key)"
            states[id].timers.append(After(name: name, delay: delay))
            var environment = environment(id)
            environment.event = payload(["type": "object", "properties": [:], "additionalProperties": false])
            add(
                candidates(member.value, .exact("timer.\(name)"), environment, from: id), to: id, at: member.keyPosition
            )
        }
    }

    func delay(_ text: String, at position: SourcePosition) -> Delay? {
        if vocabulary.delays.contains(text) { return .named(text) }
        if let milliseconds = Int64(text), (0...Int64(1) << 45).contains(milliseconds) {
            return .fixed(.milliseconds(milliseconds))
        }
        if let duration = ChartDuration.parse(text) { return .fixed(duration) }
        let rest = Suggestion.text(for: text, among: vocabulary.delays)
        report(.vocabulary, position, "'\(text)' is no delay: expected '250ms', '5s', 'PT10M' or a name\(rest)")
        return nil
    }

    /// The candidates of one event in their order. Nothing can come after one without a guard.
    func candidates(
        _ node: ChartNode, _ event: EventDescriptor?, _ environment: GuardEnvironment, from id: Int
    ) -> [Transition] {
        let nodes = node.elements ?? [node]
        if nodes.isEmpty { report(.shape, node.position, "expected at least one transition") }
        var found: [Transition] = []
        var isClosed = false
        for node in nodes {
            if isClosed {
                report(.structure, node.position, "this is never reached: the transition before it has no guard")
                break
            }
            guard let transition = transition(node, event, environment, from: id) else { continue }
            isClosed = transition.condition == nil
            found.append(transition)
        }
        return found
    }

    private func transition(
        _ node: ChartNode, _ event: EventDescriptor?, _ environment: GuardEnvironment, from id: Int
    ) -> Transition? {
        if case .scalar = node.content {
            let targets = targets(node, from: id)
            let transition = Transition(event: event, targets: targets)
            check(transition, from: id, at: node.position)
            return transition
        }
        guard let found = read(node, .transition) else { return nil }
        var transition = Transition(event: event)
        var known: Set<String> = []
        if let condition = found["guard"]?.value {
            let (expression, present) = self.condition(condition, environment)
            transition.condition = expression
            known = present
        }
        if let target = found["target"]?.value, !target.json.isNull { transition.targets = targets(target, from: id) }
        transition.isReentering = flag(found["reenter"]?.value)
        if let patch = found["context"]?.value {
            transition.actions.append(.assign(assignments(patch, environment, known)))
        }
        transition.actions += actions(found["actions"]?.value, of: id, environment, known)
        if event == nil, transition.condition == nil, transition.targets.isEmpty {
            report(.structure, node.position, "an 'always' without guard and target would never come to rest")
        }
        check(transition, from: id, at: found["target"]?.value.position ?? node.position)
        return transition
    }

    private func flag(_ node: ChartNode?) -> Bool {
        guard let node else { return false }
        if let value = node.json.bool { return value }
        report(.shape, node.position, "expected true or false, found \(node.kindName)")
        return false
    }

    /// Targets that would leave and enter more than the line shows must say so.
    private func check(_ transition: Transition, from id: Int, at position: SourcePosition) {
        guard !transition.isReentering else { return }
        if transition.targets.contains(id) {
            report(
                .structure, position,
                "a state that targets itself must say 'reenter: true' (leave 'target' out to stay as it is)")
            return
        }
        for target in transition.targets {
            guard let common = ancestors(id).first(where: { target > $0 && target < states[$0].end }),
                states[common].kind == .parallel
            else { continue }
            report(
                .structure, position,
                "this goes from one region of '\(states[common].path)' into another,"
                    + " which restarts all of them: say 'reenter: true'"
            )
        }
    }
}
