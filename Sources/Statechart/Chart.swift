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
        plan = ChartPlan(states, rules)
    }

    let plan: ChartPlan
}

extension Chart {
    package func state(at path: String) -> State? { plan.idByPath[path].map { states[$0] } }

    /// True when an active state has a transition for this event; whether its guard holds is another question.
    package func accepts(event name: String, in configuration: [String]) -> Bool {
        plan.activeStates(configuration)?.contains { id in
            states[id].transitions.contains { $0.closeness(to: name) != nil }
        } ?? false
    }

    /// `meta` of the active states, inner members over outer ones.
    package func meta(of configuration: [String]) -> JSONObject {
        plan.activeStates(configuration).map(plan.meta) ?? [:]
    }

    package func waitsForPerson(in configuration: [String]) -> Bool {
        plan.activeStates(configuration).map(plan.waitsForPerson) ?? false
    }
}
