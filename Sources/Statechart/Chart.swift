import JSONValue

/// A statechart definition: the states in document order, the root first.
package struct Chart: Sendable {
    /// What differs between our own format and imported SCXML.
    package enum Rules: Sendable, Hashable {
        /// Exact names before prefixes before `*`; an error in a guard or an action stops the macrostep.
        case native
        /// W3C SCXML: document order, prefix matching without `.*`; an error in a guard is false and raises
        /// `error.execution`, one in a block ends the block.
        case scxml
    }

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
    package var rules: Rules
    /// Charts that this one invokes, by the name that an invocation gives.
    package var children: [String: Chart]
    /// Finds a chart that is named only when it is invoked (a URL, or a document's text); nil when there is none.
    package var findChild: @Sendable (JSON) -> Chart?

    package init(
        id: String, digest: String = "", source: String = "", states: [State], context: JSONObject = [:],
        contextSchema: JSON? = nil, externalEvents: [String: JSON] = [:],
        contextProblem: @escaping @Sendable (JSONObject) -> String? = { _ in nil }, rules: Rules = .native,
        children: [String: Chart] = [:], findChild: @escaping @Sendable (JSON) -> Chart? = { _ in nil }
    ) {
        self.id = id
        self.digest = digest
        self.source = source
        self.states = states
        self.context = context
        self.contextSchema = contextSchema
        self.externalEvents = externalEvents
        self.contextProblem = contextProblem
        self.rules = rules
        self.children = children
        self.findChild = findChild
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
            active[id] && states[id].transitions.contains { $0.closeness(to: name) != nil }
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
