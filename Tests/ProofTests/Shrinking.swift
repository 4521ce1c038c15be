import Statechart

/// Makes a failing pair smaller as long as it still fails: fewer events, then less in each state. Gives up
/// after some thousand attempts.
struct Shrinking {
    var chart: Chart
    var events: [Event]

    func differences() -> [String] {
        var duel = Duel(chart)
        var differences = duel.start()
        for event in events where differences.isEmpty && duel.hasStarted { differences = duel.take(event) }
        return differences
    }

    func smallest() -> Shrinking {
        var best = self
        var attempts = 3000
        var isSmaller = true
        while isSmaller {
            isSmaller = false
            for candidate in best.candidates.prefix(attempts) {
                attempts -= 1
                guard !candidate.differences().isEmpty else { continue }
                best = candidate
                isSmaller = true
                break
            }
        }
        return best
    }

    private var candidates: [Shrinking] {
        let shorter = events.indices.reversed().map { index in
            var fewer = events
            fewer.remove(at: index)
            return Shrinking(chart: chart, events: fewer)
        }
        return shorter
            + chart.states.flatMap { state in
                Self.smaller(state).map { smaller in
                    var states = chart.states
                    states[state.id] = smaller
                    return Shrinking(chart: chart.with(states), events: events)
                }
            }
    }

    /// The state with one thing less, for each thing that it has.
    private static func smaller(_ state: State) -> [State] {
        var found: [State] = []
        func add(_ isThere: Bool, _ change: (inout State) -> Void) {
            guard isThere else { return }
            var smaller = state
            change(&smaller)
            found.append(smaller)
        }
        add(!state.entry.isEmpty) { $0.entry = [] }
        add(!state.exit.isEmpty) { $0.exit = [] }
        add(!state.initialActions.isEmpty) { $0.initialActions = [] }
        add(!state.timers.isEmpty) { $0.timers = [] }
        add(!state.invocations.isEmpty) { $0.invocations = [] }
        add(!state.output.isEmpty) { $0.output = [] }
        add(!state.meta.isEmpty) { $0.meta = [:] }
        add(!state.lateData.isEmpty) { $0.lateData = [] }
        for index in state.transitions.indices {
            add(true) { $0.transitions.remove(at: index) }
            add(!state.transitions[index].actions.isEmpty) { $0.transitions[index].actions = [] }
            add(state.transitions[index].condition != nil) { $0.transitions[index].condition = nil }
        }
        return found
    }
}

extension Chart {
    /// The same chart with other states.
    fileprivate func with(_ states: [State]) -> Chart {
        Chart(
            id: id, states: states, context: context, contextProblem: contextProblem, rules: rules,
            children: children, findChild: findChild)
    }
}
