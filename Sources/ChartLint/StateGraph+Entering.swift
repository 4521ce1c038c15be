import Statechart

/// What becomes active when a state is entered.
extension StateGraph {
    /// The states that become active when the targets of a transition are entered, with those around them.
    func entered(by targets: [Int]) -> Set<Int> {
        var found = Set<Int>()
        for target in targets { enter(target, &found) }
        for target in targets {
            for ancestor in ancestors(of: target) where found.insert(ancestor).inserted {
                if chart.states[ancestor].kind == .parallel { enterRegions(of: ancestor, &found) }
            }
        }
        return found
    }

    private func enter(_ id: Int, _ found: inout Set<Int>) {
        let state = chart.states[id]
        switch state.kind {
        case .history:
            for target in state.initial where !found.contains(target) {
                enter(target, &found)
                for ancestor in ancestors(of: target) where ancestor != state.parent { found.insert(ancestor) }
            }
        case .compound:
            guard found.insert(id).inserted else { return }
            for target in state.initial { enterInitial(target, of: id, &found) }
        case .parallel:
            guard found.insert(id).inserted else { return }
            enterRegions(of: id, &found)
        case .atomic, .final: found.insert(id)
        }
    }

    private func enterInitial(_ target: Int, of id: Int, _ found: inout Set<Int>) {
        enter(target, &found)
        for ancestor in ancestors(of: target) where isProperlyWithin(ancestor, id) {
            guard found.insert(ancestor).inserted, chart.states[ancestor].kind == .parallel else { continue }
            enterRegions(of: ancestor, &found)
        }
    }

    private func enterRegions(of id: Int, _ found: inout Set<Int>) {
        for child in chart.states[id].children where !chart.states[child].isHistory {
            if !found.contains(where: { isWithin($0, child) }) { enter(child, &found) }
        }
    }
}
