import Statechart

/// What a picture of a chart shows, before anything has a place: boxes with lines of text, and arrows between them.
struct ChartDrawing {
    /// A place in the chart: the transition `index` of a state.
    struct Reference: Hashable {
        var state: Int
        var index: Int
    }

    /// One arrow: all transitions of one state with one target, an initial arrow, or a history's default.
    struct Connection {
        /// The state that it leaves; for an initial arrow the state whose dot it leaves.
        var source: Int
        var isInitial = false
        var target: Int
        var transitions: [Reference] = []
        /// For an initial arrow with actions.
        var note: String?
    }

    /// A line of a state's box.
    struct Line {
        var text: String
        /// The transition without a target that the line stands for.
        var transition: Reference?
    }

    let chart: Chart
    var connections: [Connection] = []
    /// By state.
    var lines: [[Line]]

    init(_ chart: Chart) {
        self.chart = chart
        lines = chart.states.map { Self.details(of: $0) }
        for state in chart.states {
            connectInitial(state)
            connectTransitions(of: state)
        }
    }

    func label(_ reference: Reference) -> TransitionLabel {
        TransitionLabel(chart.states[reference.state].transitions[reference.index])
    }

    private mutating func connectInitial(_ state: State) {
        guard state.isHistory || state.kind == .compound else { return }
        for target in state.initial where state.isHistory || target > state.id && target < state.end {
            let actions = TransitionLabel(actions: state.initialActions)
            connections.append(
                Connection(
                    source: state.id, isInitial: !state.isHistory, target: target,
                    note: actions.actions.isEmpty ? nil : actions.text))
        }
    }

    private mutating func connectTransitions(of state: State) {
        var places: [Int: Int] = [:]
        for (index, transition) in state.transitions.enumerated() {
            let reference = Reference(state: state.id, index: index)
            let label = TransitionLabel(transition)
            if transition.targets.isEmpty {
                lines[state.id].append(Line(text: label.text, transition: reference))
            }
            for target in transition.targets {
                if target == state.id {
                    lines[state.id].append(Line(text: "↻ " + label.text, transition: reference))
                } else if let place = places[target] {
                    connections[place].transitions.append(reference)
                } else {
                    places[target] = connections.count
                    connections.append(Connection(source: state.id, target: target, transitions: [reference]))
                }
            }
        }
    }

    private static func details(of state: State) -> [Line] {
        var texts: [String] = []
        if let stage = state.meta["stage"]?.string, let status = state.meta["status"]?.string {
            texts.append("\(stage): \(status)")
        }
        if state.meta["waiting"] == "person" { texts.append("waits for a person") }
        for invocation in state.invocations {
            texts.append(
                invocation.id == invocation.source
                    ? "job \(invocation.id)"
                    : "job \(invocation.id): \(invocation.source)")
        }
        texts += [("entry", state.entry), ("exit", state.exit)].compactMap { name, actions in
            let words = actions.flatMap(TransitionLabel.words)
            return words.isEmpty ? nil : "\(name) / \(words.joined(separator: ", "))"
        }
        return texts.map { Line(text: $0) }
    }
}
