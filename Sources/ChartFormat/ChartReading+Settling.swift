import JSONValue
import Statechart

/// What transitions mean that would not do what they look like, and `choice`.
extension ChartReading {
    /// `choice` is a state that is left in the same macrostep: its branches are eventless transitions.
    func fillChoice(_ id: Int, _ found: [String: ChartNode.Member]) {
        guard let node = found["choice"]?.value else {
            if found["type"]?.value.string == "choice" {
                report(
                    .structure, nodes[id].position, "a state of the type 'choice' needs 'choice', a list of branches")
            }
            return
        }
        guard states[id].kind == .atomic else { return }
        let branches = node.elements ?? [node]
        var transitions: [PlacedTransition] = []
        for (index, branch) in branches.enumerated() {
            guard let members = read(branch, .branch) else { continue }
            let condition = members["when"]?.value
            if members["target"] == nil { report(.shape, branch.position, "a branch of 'choice' needs 'target'") }
            if condition == nil, index < branches.count - 1 {
                report(.structure, branch.position, "only the last branch of 'choice' goes without 'when'")
            }
            transitions.append(transition(branch, members, condition, nil, environment(id), from: id))
        }
        if transitions.last.map({ $0.transition.condition != nil }) ?? true {
            report(
                .structure, node.position, "the last branch of 'choice' has no 'when', so that one is always taken")
        }
        add(transitions, to: id, at: node.position)
    }

    /// Targets that would leave and enter more than the line shows must say so. In an export they mean what they mean
    /// to XState: a state that targets itself is not left.
    func settle(_ transition: inout Transition, from id: Int, at position: SourcePosition) {
        guard !transition.isReentering else { return }
        if isForeign {
            settleForeign(&transition, from: id)
            return
        }
        if transition.targets.contains(id) {
            report(
                .structure, position,
                "a state that targets itself must say 'reenter: true' (leave 'target' out to stay as it is)")
            return
        }
        for target in transition.targets {
            guard let common = ancestors(id).first(where: { target > $0 && target < states[$0].end }),
                states[common].kind == .parallel
            else { continue }
            report(
                .structure, position,
                "this goes from one region of '\(states[common].path)' into another,"
                    + " which restarts all of them: say 'reenter: true'"
            )
        }
    }

    private func settleForeign(_ transition: inout Transition, from id: Int) {
        guard transition.targets == [id] else { return }
        switch states[id].kind {
        case .compound where !states[id].initial.isEmpty: transition.targets = states[id].initial
        case .parallel, .compound: transition.isReentering = true
        case .atomic, .final, .history: transition.targets = []
        }
    }
}
