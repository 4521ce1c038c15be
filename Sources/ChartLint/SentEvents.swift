import ChartFormat
import JSONValue
import Statechart

/// What a chart sends, and what can come to it.
struct SentEvents {
    /// Events that the chart raises, at once or later, with the state that does.
    private(set) var raised: [(event: String, state: Int)] = []
    /// Events for the parent (`parent`) or for an invoked chart, by the invocation's id.
    private(set) var sent: [(event: String, receiver: String, state: Int)] = []
    /// Names that may come: from outside, from the service, from the chart itself, from its children.
    private(set) var known: Set<String>

    init(_ chart: Chart, vocabulary: ChartVocabulary) {
        known = Set(chart.externalEvents.keys).union(vocabulary.events.keys)
        for state in chart.states {
            let actions = state.entry + state.exit + state.initialActions + state.transitions.flatMap(\.actions)
            for action in actions.flatMap(\.flattened) { note(action, state.id) }
            known.formUnion(state.timers.map { "timer.\($0.name)" })
            for invocation in state.invocations {
                known.formUnion(["done.invoke.\(invocation.id)", "error.invoke.\(invocation.id)"])
            }
            if state.id != 0, !state.children.isEmpty { known.insert(state.doneEvent) }
        }
        known.formUnion(raised.map(\.event))
        for child in chart.children.values { known.formUnion(SentEvents(child, vocabulary: vocabulary).toParent) }
    }

    /// True when something that may come is what the descriptor takes.
    func canSend(_ event: EventDescriptor) -> Bool {
        if case .exact(let name) = event { return known.contains(name) }
        return known.contains { event.matches($0) }
    }

    /// Events that the chart sends to the one that invoked it.
    var toParent: [String] { sent.filter { $0.receiver == "parent" }.map(\.event) }

    private mutating func note(_ action: Action, _ state: Int) {
        switch action {
        case .raise(let event, _): raised.append((event, state))
        case .send(let send):
            guard let event = Self.constant(send.event) else { return }
            guard let target = Self.constant(send.target) else {
                raised.append((event, state))
                return
            }
            sent.append((event, String(target.dropFirst(2)), state))
        default: break
        }
    }

    private static func constant(_ expression: Expression?) -> String? {
        guard let expression, case .literal(.string(let text)) = ExpressionTerm(expression.text) else { return nil }
        return text
    }
}
