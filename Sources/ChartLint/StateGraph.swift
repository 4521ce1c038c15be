import ChartFormat
import Statechart

/// Which states of a chart can become active, and where each can go, whatever guards say.
struct StateGraph {
    let chart: Chart
    /// By state: whether a path of transitions leads to it.
    private(set) var isReachable: [Bool]
    private let ancestors: [[Int]]
    /// By state and transition: what its targets make active.
    private(set) var entries: [[Set<Int>]] = []
    /// States by the event that says that they are done.
    private let doneStates: [String: Int]
    /// By state: the leaves that its transitions lead to, without those that wait for the end of a state.
    private var onward: [Set<Int>] = []
    /// By region of a parallel state: the leaves that transitions within it lead to when they leave it.
    private var outward: [Int: Set<Int>] = [:]

    init(_ chart: Chart) {
        self.chart = chart
        isReachable = [Bool](repeating: false, count: chart.states.count)
        var ancestors: [[Int]] = []
        for state in chart.states { ancestors.append(state.parent.map { [$0] + ancestors[$0] } ?? []) }
        self.ancestors = ancestors
        doneStates = Dictionary(chart.states.dropFirst().map { ($0.doneEvent, $0.id) }) { first, _ in first }
        entries = chart.states.map { state in state.transitions.map { entered(by: $0.targets) } }
        explore()
        lookOnward()
    }

    func ancestors(of id: Int) -> [Int] { ancestors[id] }
    func lineage(of id: Int) -> [Int] { [id] + ancestors[id] }
    func isWithin(_ id: Int, _ outer: Int) -> Bool { id >= outer && id < chart.states[outer].end }
    func isProperlyWithin(_ id: Int, _ outer: Int) -> Bool { id > outer && id < chart.states[outer].end }

    private mutating func explore() {
        var queue = Array(entered(by: [0]))
        var late: [(state: Int, index: Int)] = []
        for id in queue { isReachable[id] = true }
        while !queue.isEmpty {
            while let id = queue.popLast() {
                for index in chart.states[id].transitions.indices { follow(id, index, &queue, &late) }
            }
            // What waits for the end of a state may have become possible.
            let waiting = late
            late = []
            for (state, index) in waiting { follow(state, index, &queue, &late) }
        }
    }

    private mutating func follow(
        _ state: Int, _ index: Int, _ queue: inout [Int], _ late: inout [(state: Int, index: Int)]
    ) {
        let transition = chart.states[state].transitions[index]
        guard !transition.targets.isEmpty else { return }
        if let done = awaited(by: transition), !canEnd(done) {
            late.append((state, index))
            return
        }
        for target in transition.targets where chart.states[target].isHistory { isReachable[target] = true }
        for id in entries[state][index] where !isReachable[id] {
            isReachable[id] = true
            queue.append(id)
        }
    }

    /// The state for whose end a transition waits.
    private func awaited(by transition: Transition) -> Int? {
        guard transition.events.count == 1, case .exact(let name) = transition.events[0] else { return nil }
        return doneStates[name]
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

    private mutating func lookOnward() {
        onward = chart.states.map { state in
            state.transitions.indices.reduce(into: Set<Int>()) { found, index in
                let isAwaiting = awaited(by: state.transitions[index]).map {
                    isWithin($0, state.id) || isWithin(state.id, $0)
                }
                if isAwaiting != true { found.formUnion(leaves(of: entries[state.id][index])) }
            }
        }
        for parallel in chart.states where parallel.kind == .parallel {
            for region in parallel.children { outward[region] = leavesBeyond(region) }
        }
    }

    private func leavesBeyond(_ region: Int) -> Set<Int> {
        var found = Set<Int>()
        for id in region..<chart.states[region].end where isReachable[id] {
            for (index, transition) in chart.states[id].transitions.enumerated()
            where transition.targets.contains(where: { !isWithin($0, region) }) {
                found.formUnion(leaves(of: entries[id][index]))
            }
        }
        return found
    }

    private func leaves(of states: Set<Int>) -> Set<Int> { states.filter { chart.states[$0].isAtomic } }
}

extension StateGraph {
    /// States without children that can be active.
    var leaves: [Int] { chart.states.filter { $0.isAtomic && isReachable[$0.id] }.map(\.id) }

    /// The leaves that one step leads to: by a transition of the leaf or of a state around it, or out of another region.
    func next(after leaf: Int) -> Set<Int> {
        var found = Set<Int>()
        for id in lineage(of: leaf) {
            found.formUnion(onward[id])
            for (index, transition) in chart.states[id].transitions.enumerated() {
                guard let done = awaited(by: transition), isTimely(done, at: leaf) else { continue }
                found.formUnion(leaves(of: entries[id][index]))
            }
        }
        for region in otherRegions(of: leaf) { found.formUnion(outward[region] ?? []) }
        found.remove(leaf)
        return found
    }

    /// The regions beside the leaf's own, of each parallel state around it.
    func otherRegions(of leaf: Int) -> [Int] {
        ancestors[leaf].filter { chart.states[$0].kind == .parallel }.flatMap { parallel in
            chart.states[parallel].children.filter { !isWithin(leaf, $0) && !chart.states[$0].isHistory }
        }
    }

    /// Transitions that may fire while the leaf is active.
    func transitions(at leaf: Int) -> [Transition] {
        let others = otherRegions(of: leaf).flatMap { Array($0..<chart.states[$0].end) }
        return (lineage(of: leaf) + others.filter { isReachable[$0] }).flatMap { chart.states[$0].transitions }
    }

    /// The parallel state in whose different regions the two lie.
    func commonParallel(_ left: Int, _ right: Int) -> Int? {
        let common = ancestors[left].first { isProperlyWithin(right, $0) }
        return common.flatMap { chart.states[$0].kind == .parallel ? $0 : nil }
    }

    /// The end of a state around the leaf comes only to a final state directly within it, or within its region.
    private func isTimely(_ done: Int, at leaf: Int) -> Bool {
        guard isProperlyWithin(leaf, done) else { return true }
        guard chart.states[leaf].kind == .final, let parent = chart.states[leaf].parent else { return false }
        return parent == done || chart.states[done].kind == .parallel && chart.states[parent].parent == done
    }
}
