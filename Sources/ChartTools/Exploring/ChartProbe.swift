import JSONValue
import Statechart

/// A chart that tells which states it entered and which transitions it took, through lines for the log.
struct ChartProbe {
    enum Mark: Hashable {
        case state(Int)
        case transition(state: Int, index: Int)
    }

    /// Below this member of the settings a probed guard finds its outcome when guards are forked.
    private static let forks = "\u{1}forks"
    private static let sign = "\u{1}mark "

    let chart: Chart

    /// With `isForking`, guards read no values: their outcomes are given with each step, and the context stays as it is.
    init(_ chart: Chart, isForking: Bool) {
        let states = chart.states.map { given -> State in
            var state = given
            for index in state.transitions.indices {
                var transition = state.transitions[index]
                if isForking {
                    transition.condition = transition.condition.map { Self.fork($0, state.path) }
                    transition.actions = transition.actions.flatMap(Self.flow)
                }
                transition.actions.append(Self.line("\(state.id).\(index)"))
                state.transitions[index] = transition
            }
            if isForking {
                state.entry = state.entry.flatMap(Self.flow)
                state.exit = state.exit.flatMap(Self.flow)
                state.initialActions = state.initialActions.flatMap(Self.flow)
                state.output = []
                for index in state.invocations.indices { state.invocations[index].input = [] }
            }
            state.entry.insert(Self.line("\(state.id)"), at: 0)
            return state
        }
        let anything: @Sendable (JSONObject) -> String? = { _ in nil }
        self.chart = Chart(
            id: chart.id, digest: chart.digest, states: states, context: chart.context,
            contextSchema: chart.contextSchema, externalEvents: chart.externalEvents,
            contextProblem: isForking ? anything : chart.contextProblem, rules: chart.rules,
            children: chart.children, findChild: chart.findChild)
    }

    static func marks(_ effects: [Effect]) -> [Mark] {
        effects.compactMap { effect -> Mark? in
            guard case .log(let text) = effect, text.hasPrefix(sign) else { return nil }
            let numbers = text.dropFirst(sign.count).split(separator: ".").compactMap { Int($0) }
            return numbers.count == 2
                ? .transition(state: numbers[0], index: numbers[1])
                : numbers.first.map { .state($0) }
        }
    }

    static func settings(_ settings: JSON, outcomes: [String: Bool]) -> JSON {
        guard !outcomes.isEmpty, case .object(var members) = settings else { return settings }
        members[forks] = .object(JSONObject(outcomes.sorted { $0.key < $1.key }.map { ($0.key, .bool($0.value)) }))
        return .object(members)
    }

    static func key(_ result: Macrostep.GuardResult) -> String { "\(result.state)|\(result.guardText)" }

    private static func line(_ text: String) -> Action { .log(Expression(constant: .string(sign + text)), label: nil) }

    private static func fork(_ condition: Expression, _ path: String) -> Expression {
        let key = "\(path)|\(condition.text)"
        return Expression(condition.text) { scope in scope.settings[forks]?[key] ?? false }
    }

    /// What of an action decides where the chart goes.
    private static func flow(_ action: Action) -> [Action] {
        switch action {
        case .raise(let event, _): [.raise(event: event, data: [])]
        case .cancel, .cancelSend, .send: [action]
        case .block(let actions): [.block(actions.flatMap(flow))]
        default: []
        }
    }
}
