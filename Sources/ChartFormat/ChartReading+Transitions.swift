import JSONValue
import Statechart

/// A transition with the places of its parts.
struct PlacedTransition {
    var transition: Transition
    var places: TransitionPlaces
}

/// Transitions: `on`, `always`, `choice`, `after`, `timeout` and `onDone`, each one candidate or a list of them.
extension ChartReading {
    func fillTransitions(_ id: Int, _ found: [String: ChartNode.Member]) {
        if let node = found["always"]?.value {
            add(candidates(node, nil, environment(id), from: id), to: id, at: node.position)
        }
        fillChoice(id, found)
        if let member = found["onDone"], [.compound, .parallel].contains(states[id].kind), id != 0 {
            let descriptor = EventDescriptor.exact(states[id].doneEvent)
            add(candidates(member.value, descriptor, environment(id), from: id), to: id, at: member.keyPosition)
        }
        if let node = found["on"]?.value { fillEvents(id, node) }
        if let node = found["after"]?.value { fillTimers(id, node) }
        fillTimeout(id, found)
    }

    /// Two places of one state may not speak of one event: which of them wins would depend on the order of the file.
    func add(_ transitions: [PlacedTransition], to id: Int, at position: SourcePosition) {
        if let event = transitions.first?.transition.events.first,
            states[id].transitions.contains(where: { $0.events.contains(event) })
        {
            report(.structure, position, "this state has transitions on '\(event.text)' in another place already")
        }
        states[id].transitions += transitions.map(\.transition)
        places.states[id].transitions += transitions.map(\.places)
    }

    private func fillEvents(_ id: Int, _ node: ChartNode) {
        guard let found = node.members else {
            let hint = node.elements == nil ? "" : " (version 4's list; the event is the key)"
            report(
                .shape, node.position,
                "expected a mapping from events to transitions, found \(node.kindName)\(hint)")
            return
        }
        for member in found.sorted(by: { $0.key < $1.key }) {
            guard let descriptor = descriptor(member) else { continue }
            let environment = environment(id, event: eventType(descriptor, at: member.keyPosition))
            add(candidates(member.value, descriptor, environment, from: id), to: id, at: member.keyPosition)
        }
    }

    private func descriptor(_ member: ChartNode.Member) -> EventDescriptor? {
        let name = member.key.hasSuffix(".*") ? String(member.key.dropLast(2)) : member.key
        if name.hasPrefix("xstate.") || name.hasPrefix("error.platform.") {
            return eventName(name, at: member.keyPosition).map(EventDescriptor.exact)
        }
        guard member.key == "*" || isEventName(name) else {
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
            let hint = node.elements == nil ? "" : " (version 4's list; the delay is the key)"
            report(
                .shape, node.position,
                "expected a mapping from delays to transitions, found \(node.kindName)\(hint)")
            return
        }
        for member in found.sorted(by: { $0.key < $1.key }) {
            guard let delay = delay(member.key, at: member.keyPosition) else { continue }
            addTimer(id, key: member.key, delay, member.value, at: member.keyPosition)
        }
    }

    /// `timeout` and `onTimeout` of a state are a timer of the key `timeout`.
    private func fillTimeout(_ id: Int, _ found: [String: ChartNode.Member]) {
        guard let timeout = found["timeout"], let node = found["onTimeout"]?.value else {
            if let alone = found["timeout"] ?? found["onTimeout"] {
                let missing = found["timeout"] == nil ? "timeout" : "onTimeout"
                report(.structure, alone.keyPosition, "'\(alone.key)' needs '\(missing)' beside it")
            }
            return
        }
        guard let text = timeout.value.scalarText else {
            report(.shape, timeout.value.position, "expected a delay, found \(timeout.value.kindName)")
            return
        }
        guard let delay = delay(text, at: timeout.value.position) else { return }
        if states[id].timers.contains(where: { $0.name == "\(states[id].path)/timeout" }) {
            report(.structure, timeout.keyPosition, "'after' has a delay of the name 'timeout' already")
        }
        addTimer(id, key: "timeout", delay, node, at: timeout.keyPosition)
    }

    private func addTimer(
        _ id: Int, key: String, _ delay: Delay, _ node: ChartNode, at position: SourcePosition
    ) {
        let name = "\(states[id].path)/\(key)"
        states[id].timers.append(After(name: name, delay: delay))
        places.states[id].timers.append(position)
        let type = payload(["type": "object", "properties": [:], "additionalProperties": false])
        let candidates = candidates(node, .exact("timer.\(name)"), environment(id, event: type), from: id)
        add(candidates, to: id, at: position)
    }

    func delay(_ text: String, at position: SourcePosition) -> Delay? {
        if vocabulary.delays.contains(text) { return .named(text) }
        if let milliseconds = Int64(text), (0...Int64(1) << 45).contains(milliseconds) {
            return .fixed(.milliseconds(milliseconds))
        }
        if let duration = ChartDuration.parse(text) { return .fixed(duration) }
        if vocabulary.isOpen, !text.isEmpty { return .named(text) }
        let rest = Suggestion.text(for: text, among: vocabulary.delays)
        report(.vocabulary, position, "'\(text)' is no delay: expected '250ms', '5s', 'PT10M' or a name\(rest)")
        return nil
    }

    /// The candidates of one event in their order. Nothing can come after one without a guard.
    func candidates(
        _ node: ChartNode, _ event: EventDescriptor?, _ environment: GuardEnvironment, from id: Int
    ) -> [PlacedTransition] {
        let nodes = node.elements ?? [node]
        if nodes.isEmpty, !isForeign { report(.shape, node.position, "expected at least one transition") }
        var found: [PlacedTransition] = []
        var isClosed = false
        for node in nodes {
            if isClosed, !isForeign {
                report(.structure, node.position, "this is never reached: the transition before it has no guard")
                break
            }
            guard let transition = transition(node, event, environment, from: id) else { continue }
            isClosed = transition.transition.condition == nil
            found.append(transition)
        }
        return found
    }

    private func transition(
        _ node: ChartNode, _ event: EventDescriptor?, _ environment: GuardEnvironment, from id: Int
    ) -> PlacedTransition? {
        if case .scalar = node.content {
            var transition = Transition(event: event, targets: targets(node, from: id))
            settle(&transition, from: id, at: node.position)
            return PlacedTransition(transition: transition, places: TransitionPlaces(transition: node.position))
        }
        guard let found = read(node, .transition) else { return nil }
        return transition(node, found, found["guard"]?.value, event, environment, from: id)
    }

    /// A transition of the members of a mapping: of `transition` or of `branch`.
    func transition(
        _ node: ChartNode, _ found: [String: ChartNode.Member], _ condition: ChartNode?, _ event: EventDescriptor?,
        _ environment: GuardEnvironment, from id: Int
    ) -> PlacedTransition {
        var transition = Transition(event: event)
        var place = ActionPlace(state: id, environment: environment)
        if let condition { (transition.condition, place.present) = guardExpression(condition, environment) }
        if let target = found["target"]?.value, !target.isNull { transition.targets = targets(target, from: id) }
        transition.isReentering = flag(found["reenter"]?.value)
        if let patch = found["context"]?.value {
            transition.actions.append(.assign(assignments(slot(patch), environment, place.present)))
        }
        transition.actions += actions(found["actions"]?.value, place)
        if event == nil, transition.condition == nil, transition.targets.isEmpty {
            report(.structure, node.position, "an 'always' without guard and target would never come to rest")
        }
        settle(&transition, from: id, at: found["target"]?.value.position ?? node.position)
        let places = TransitionPlaces(transition: node.position, condition: condition?.position)
        return PlacedTransition(transition: transition, places: places)
    }

    private func flag(_ node: ChartNode?) -> Bool {
        guard let node else { return false }
        if let value = node.json.bool { return value }
        report(.shape, node.position, "expected true or false, found \(node.kindName)")
        return false
    }
}
