import JSONValue

/// A statechart definition: the states in document order, the root first.
package struct Chart: Sendable {
    package var id: String
    /// SHA-256 of the canonical form, in hexadecimal.
    package var digest: String
    /// The text that the chart was read from.
    package var source: String
    package let states: [State]
    package var context: JSONObject
    /// The declared schema of the context, if there is one.
    package var contextSchema: JSON?
    /// The events that may come from outside, each with the JSON Schema of its payload.
    package var externalEvents: [String: JSON]
    /// What is wrong with a context; nil when it fits the schema.
    package var contextProblem: @Sendable (JSONObject) -> String?

    package init(
        id: String, digest: String = "", source: String = "", states: [State], context: JSONObject = [:],
        contextSchema: JSON? = nil, externalEvents: [String: JSON] = [:],
        contextProblem: @escaping @Sendable (JSONObject) -> String? = { _ in nil }
    ) {
        self.id = id
        self.digest = digest
        self.source = source
        self.states = states
        self.context = context
        self.contextSchema = contextSchema
        self.externalEvents = externalEvents
        self.contextProblem = contextProblem
        shape = ChartShape(states)
    }

    let shape: ChartShape
}

extension Chart {
    package func state(at path: String) -> State? { shape.idByPath[path].map { states[$0] } }

    func isDescendant(_ id: Int, of ancestor: Int) -> Bool { id > ancestor && id < shape.ends[ancestor] }

    /// The states of a configuration with all their ancestors, by id; nil when a path is unknown.
    func activeStates(_ configuration: [String]) -> [Bool]? {
        var active = [Bool](repeating: false, count: states.count)
        for path in configuration {
            guard let id = shape.idByPath[path] else { return nil }
            active[id] = true
            for ancestor in shape.ancestors[id] { active[ancestor] = true }
        }
        return active
    }

    func meta(of active: [Bool]) -> JSONObject {
        var meta = JSONObject()
        for id in active.indices where active[id] && !states[id].meta.isEmpty {
            for (key, value) in states[id].meta { meta[key] = value }
        }
        return meta
    }

    func waitsForPerson(_ active: [Bool]) -> Bool {
        active.indices.contains { active[$0] && shape.waitsForPerson[$0] }
    }
}

extension Chart {
    /// True when an active state has a transition for this event; whether its guard holds is another question.
    package func accepts(event name: String, in configuration: [String]) -> Bool {
        guard let active = activeStates(configuration) else { return false }
        return active.indices.contains { id in
            active[id] && states[id].transitions.contains { $0.event?.matches(name) == true }
        }
    }

    /// `meta` of the active states, inner members over outer ones.
    package func meta(of configuration: [String]) -> JSONObject {
        activeStates(configuration).map { meta(of: $0) } ?? [:]
    }

    package func waitsForPerson(in configuration: [String]) -> Bool {
        activeStates(configuration).map { waitsForPerson($0) } ?? false
    }
}
