import ChartFormat
import Statechart

/// Which states of a chart can become active, and where each can go, whatever guards say.
struct StateGraph {
    let chart: Chart
    /// By state: whether a path of transitions leads to it.
    private(set) var isReachable: [Bool]
    private let ancestors: [[Int]]

    init(_ chart: Chart) {
        self.chart = chart
        isReachable = [Bool](repeating: false, count: chart.states.count)
        var ancestors: [[Int]] = []
        for state in chart.states { ancestors.append(state.parent.map { [$0] + ancestors[$0] } ?? []) }
        self.ancestors = ancestors
        explore()
    }

    func ancestors(of id: Int) -> [Int] { ancestors[id] }
    func lineage(of id: Int) -> [Int] { [id] + ancestors[id] }
    func isWithin(_ id: Int, _ outer: Int) -> Bool { id >= outer && id < chart.states[outer].end }
    func isProperlyWithin(_ id: Int, _ outer: Int) -> Bool { id > outer && id < chart.states[outer].end }

    /// The states that become active when the target of a transition is entered, with those around it.
    func entered(by targets: [Int]) -> Set<Int> {
        var found = Set<Int>()
        for target in targets { enter(target, &found) }
        for target in targets {
            for ancestor in ancestors[target] where found.insert(ancestor).inserted {
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
                for ancestor in ancestors[target] where ancestor != state.parent { found.insert(ancestor) }
            }
        case .compound:
            guard found.insert(id).inserted else { return }
            for target in state.initial {
                enter(target, &found)
                for ancestor in ancestors[target] where isProperlyWithin(ancestor, id) {
                    found.insert(ancestor)
                    if chart.states[ancestor].kind == .parallel { enterRegions(of: ancestor, &found) }
                }
            }
        case .parallel:
            guard found.insert(id).inserted else { return }
            enterRegions(of: id, &found)
        case .atomic, .final: found.insert(id)
        }
    }

    private func enterRegions(of id: Int, _ found: inout Set<Int>) {
        for child in chart.states[id].children where !chart.states[child].isHistory {
            if !found.contains(where: { isWithin($0, child) }) { enter(child, &found) }
        }
    }

    private mutating func explore() {
        var isChanged = true
        for id in entered(by: [0]) { isReachable[id] = true }
        while isChanged {
            isChanged = false
            for state in chart.states where isReachable[state.id] {
                for transition in state.transitions where !transition.targets.isEmpty && canHappen(transition) {
                    for target in transition.targets where chart.states[target].isHistory { isReachable[target] = true }
                    for id in entered(by: transition.targets) where !isReachable[id] {
                        isReachable[id] = true
                        isChanged = true
                    }
                }
            }
        }
    }

    /// False for what waits for the end of a state that cannot end.
    private func canHappen(_ transition: Transition) -> Bool {
        guard transition.events.count == 1, case .exact(let name) = transition.events[0],
            let done = chart.states.first(where: { $0.id != 0 && $0.doneEvent == name })
        else { return true }
        return canEnd(done.id)
    }

    /// True when a final state within can be reached, in each region of a parallel state.
    func canEnd(_ id: Int) -> Bool {
        let state = chart.states[id]
        switch state.kind {
        case .compound: return state.children.contains { chart.states[$0].kind == .final && isReachable[$0] }
        case .parallel: return state.children.allSatisfy { chart.states[$0].isHistory || canEnd($0) }
        case .atomic, .final, .history: return false
        }
    }
}

extension StateGraph {
    /// States without children that can be active.
    var leaves: [Int] { chart.states.filter { $0.isAtomic && isReachable[$0.id] }.map(\.id) }

    /// The leaves that one step leads to: by a transition of the leaf or of a state around it, or of another region.
    func next(after leaf: Int) -> Set<Int> {
        var found = Set<Int>()
        for (source, transition) in transitions(outOf: leaf) {
            guard !transition.targets.isEmpty, isTimely(transition, at: leaf) else { continue }
            let entered = entered(by: transition.targets)
            let isOutside =
                !isWithin(leaf, source)
                && entered.allSatisfy { id in
                    commonParallel(leaf, source).map { isWithin(id, $0) || ancestors[$0].contains(id) } ?? true
                }
            if isOutside { continue }
            found.formUnion(entered.filter { chart.states[$0].isAtomic && $0 != leaf })
        }
        return found
    }

    /// Transitions that may fire while the leaf is active, with their sources.
    func transitions(outOf leaf: Int) -> [(source: Int, transition: Transition)] {
        let lineage = lineage(of: leaf)
        let outermost = lineage.last { chart.states[$0].kind == .parallel }
        var sources = lineage
        if let outermost {
            sources += (outermost..<chart.states[outermost].end).filter { id in
                isReachable[id] && !lineage.contains(id) && commonParallel(leaf, id) != nil
            }
        }
        return sources.flatMap { id in chart.states[id].transitions.map { (id, $0) } }
    }

    /// The parallel state in whose different regions the two lie.
    func commonParallel(_ left: Int, _ right: Int) -> Int? {
        let common = ancestors[left].first { isProperlyWithin(right, $0) }
        return common.flatMap { chart.states[$0].kind == .parallel ? $0 : nil }
    }

    /// The end of a state around the leaf comes only to a final state directly within it, or within its region.
    private func isTimely(_ transition: Transition, at leaf: Int) -> Bool {
        guard transition.events.count == 1, case .exact(let name) = transition.events[0],
            let done = ancestors[leaf].first(where: { $0 != 0 && chart.states[$0].doneEvent == name })
        else { return true }
        guard chart.states[leaf].kind == .final, let parent = chart.states[leaf].parent else { return false }
        return parent == done || chart.states[done].kind == .parallel && chart.states[parent].parent == done
    }
}
