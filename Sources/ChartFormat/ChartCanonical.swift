import Crypto
import JSONValue
import Statechart

/// The canonical form: what a chart means, without its comments, its spelling and the order of keys that have none.
extension Chart {
    func canonicalDigest(version: String?) -> String {
        Digest.sha256Hex(canonical(version: version).canonicalText)
    }

    /// What came into the format later stands here only where a chart uses it, so that older charts keep their digest.
    func canonical(version: String?) -> JSON {
        guard case .object(var form) = rootForm(version: version) else { return .null }
        if !children.isEmpty {
            form["charts"] = .object(JSONObject(children.map { ($0.key, $0.value.canonical(version: nil)) }))
        }
        return .object(form)
    }

    private func rootForm(version: String?) -> JSON {
        [
            "chart": 1, "id": .string(id), "version": JSON(version), "context": .object(context),
            "schemas": [
                "context": contextSchema ?? .null,
                "events": .object(JSONObject(externalEvents.map { ($0.key, $0.value) })),
            ],
            "root": canonical(states[0]),
        ]
    }

    private func canonical(_ state: State) -> JSON {
        var form: JSONObject = ["type": .string(state.kind.name), "meta": .object(state.meta)]
        if case .history(let isDeep) = state.kind { form["deep"] = .bool(isDeep) }
        form["tags"] = .array(state.tags.map(JSON.string))
        form["initial"] = paths(state.initial)
        form["initialActions"] = .array(state.initialActions.map(canonical))
        form["entry"] = .array(state.entry.map(canonical))
        form["exit"] = .array(state.exit.map(canonical))
        form["output"] = canonical(state.output)
        form["invoke"] = .array(state.invocations.map(canonical))
        form["after"] = .object(JSONObject(state.timers.map { ($0.name, canonical($0.delay)) }))
        form["transitions"] = .array(transitions(state))
        let children = state.children.map { states[$0] }
        form["states"] = .object(JSONObject(children.map { ($0.key, canonical($0)) }))
        // Regions are entered in the order of the file, so their order has a meaning.
        if state.kind == .parallel { form["order"] = .array(children.map { .string($0.key) }) }
        return .object(form)
    }

    /// Grouped by event, since precedence between descriptors does not depend on the file's order.
    private func transitions(_ state: State) -> [JSON] {
        let groups = Dictionary(grouping: state.transitions) { $0.events.first?.text ?? "" }
        return groups.sorted { $0.key < $1.key }.map { event, transitions in
            ["event": .string(event), "candidates": .array(transitions.map(canonical))]
        }
    }

    private func canonical(_ transition: Transition) -> JSON {
        [
            "guard": JSON(transition.condition?.text), "target": paths(transition.targets),
            "reenter": .bool(transition.isReentering), "actions": .array(transition.actions.map(canonical)),
        ]
    }

    private func paths(_ ids: [Int]) -> JSON { .array(ids.map { states[$0].path }.sorted().map(JSON.string)) }

    private func canonical(_ action: Action) -> JSON {
        switch action {
        case .assign(let patch): ["assign": canonical(patch)]
        case .raise(let event, let data): ["raise": .string(event), "data": canonical(data)]
        case .cancel(let timer): ["cancel": .string(timer)]
        case .log(let message, _): ["log": .string(message.text)]
        case .send(let send): canonical(send)
        case .cancelSend(let id): ["cancelSend": .string(id.text)]
        // Only imported SCXML has these, and it has no canonical form of this kind.
        case .block, .set, .choose, .forEach, .fail: .null
        case .named(let name, let parameters): ["type": .string(name), "params": canonical(parameters)]
        }
    }

    private func canonical(_ send: Send) -> JSON {
        let delay: JSON =
            switch send.delay {
            case .fixed(let delay): canonical(delay)
            case .computed(let expression): ["@expr": .string(expression.text)]
            case nil: .null
            }
        return [
            "send": JSON(send.event?.text), "to": JSON(send.target?.text), "id": JSON(send.id?.text), "delay": delay,
            "data": canonical(send.parameters),
        ]
    }

    private func canonical(_ assignments: [Assignment]) -> JSON {
        .object(JSONObject(assignments.map { ($0.name, .string($0.value.text)) }))
    }

    private func canonical(_ invocation: Invocation) -> JSON {
        var form: JSONObject = [
            "id": .string(invocation.id), "src": .string(invocation.source), "input": canonical(invocation.input),
            "timeout": canonical(invocation.timeout),
        ]
        if case .chart(let name) = invocation.work { form["chart"] = .string(name) }
        return .object(form)
    }

    private func canonical(_ delay: Delay) -> JSON {
        switch delay {
        case .fixed(let duration): .int(duration.microseconds)
        case .named(let name): .string(name)
        }
    }
}
