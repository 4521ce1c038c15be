import ChartFormat
import Statechart

/// An expression of a chart where it stands.
struct ExpressionUse {
    let expression: Expression
    let term: ExpressionTerm?
    let state: Int
    let position: SourcePosition
    /// Optional members that a guard around it asked for.
    var asked: Set<String> = []

    /// Members of the context that it reads; `*` for the whole of it.
    var reads: Set<String> { Self.members(term?.reads ?? []) }

    static func members(_ paths: Set<String>) -> Set<String> {
        var found = Set<String>()
        for path in paths {
            let words = path.split(separator: ".", maxSplits: 2)
            guard words.first == "context" else { continue }
            found.insert(words.count > 1 ? String(words[1]) : "*")
        }
        return found
    }

    private init(_ expression: Expression, _ state: Int, _ position: SourcePosition, asked: Set<String> = []) {
        self.expression = expression
        term = ExpressionTerm(expression.text)
        self.state = state
        self.position = position
        self.asked = asked.union(term?.asked ?? [])
    }

    static func all(in chart: Chart, places: ChartPlaces) -> [ExpressionUse] {
        chart.states.flatMap { state in
            let place = places.states[state.id]
            let blocks = [(state.entry, place.entry), (state.exit, place.exit), (state.initialActions, [])]
            var found = blocks.flatMap { actions, positions in
                actions.enumerated().flatMap { index, action in
                    let position = positions.indices.contains(index) ? positions[index] : place.state
                    return action.expressions.map { ExpressionUse($0, state.id, position) }
                }
            }
            found += state.output.map { ExpressionUse($0.value, state.id, place.state) }
            for (index, invocation) in state.invocations.enumerated() {
                let position = place.invocations.indices.contains(index) ? place.invocations[index] : place.state
                found += invocation.input.map { ExpressionUse($0.value, state.id, position) }
            }
            for (index, transition) in state.transitions.enumerated() {
                found += uses(of: transition, place.transitions[index], state.id)
            }
            return found
        }
    }

    private static func uses(of transition: Transition, _ place: TransitionPlaces, _ state: Int) -> [ExpressionUse] {
        var asked = Set<String>()
        var found: [ExpressionUse] = []
        if let condition = transition.condition {
            let use = ExpressionUse(condition, state, place.condition ?? place.transition)
            asked = use.asked
            found.append(use)
        }
        return found
            + transition.actions.flatMap(\.expressions).map { ExpressionUse($0, state, place.transition, asked: asked) }
    }
}
