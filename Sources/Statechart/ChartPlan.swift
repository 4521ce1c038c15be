import JSONValue

/// A chart laid out for the interpreter, once a chart: what is asked in each macrostep is an index or a ready list.
final class ChartPlan: Sendable {
    let states: [State]
    let rules: Chart.Rules
    let outline: ChartOutline
    let idByPath: NameTable
    let kinds: [State.Kind]
    let parents: [Int?]
    let ends: [Int]
    /// From the parent up to the root.
    let ancestors: [[Int]]
    /// Children that can be active, in document order.
    let regions: [[Int]]
    let hasHistory: [Bool]
    /// States with timers or invocations.
    let waits: [Bool]
    let doneEvents: [String]
    let waitsForPerson: StateSet
    /// All transitions of all states in document order; a transition's number is its place here.
    let steps: [TransitionPlan]
    let chains: TransitionChains
    /// What is known of a configuration by its only atomic state, where that makes a whole configuration.
    let alone: [LoneLeaf?]

    final class LoneLeaf: Sendable {
        let active: StateSet
        let configuration: [String]
        let meta: JSONObject
        let waitsForPerson: Bool
        let hasEnded: Bool

        init(_ state: State, _ path: [Int], _ states: [State]) {
            active = StateSet(path)
            configuration = [state.path]
            meta = ChartPlan.meta(of: path.reversed(), states)
            waitsForPerson = path.contains { states[$0].isWaitingForPerson }
            hasEnded = state.kind == .final && state.parent == 0
        }
    }

    init(_ states: [State], _ rules: Chart.Rules) {
        self.states = states
        self.rules = rules
        let outline = ChartOutline(states)
        self.outline = outline
        idByPath = NameTable(states.map(\.path))
        kinds = outline.kinds
        parents = outline.parents
        ends = outline.ends
        ancestors = outline.ancestors
        regions = outline.regions
        hasHistory = states.map { $0.children.contains { states[$0].isHistory } }
        waits = states.map { !$0.timers.isEmpty || !$0.invocations.isEmpty }
        doneEvents = states.map(\.doneEvent)
        waitsForPerson = StateSet(states.filter { $0.meta["waiting"] == "person" }.map(\.id))
        steps = states.flatMap { state in
            state.transitions.indices.map { TransitionPlan(state, $0, outline) }
        }
        chains = TransitionChains(states, steps, outline, rules)
        alone = states.map { Self.loneLeaf($0, states, outline) }
    }

    /// Nil where parallel states or a root that is no compound state leave more than one atomic state active.
    private static func loneLeaf(_ state: State, _ states: [State], _ outline: ChartOutline) -> LoneLeaf? {
        let above = outline.ancestors[state.id]
        guard state.isAtomic, above.allSatisfy({ outline.kinds[$0] == .compound }) else { return nil }
        return LoneLeaf(state, [state.id] + above, states)
    }

    private static func meta(of ids: some Sequence<Int>, _ states: [State]) -> JSONObject {
        var meta = JSONObject()
        for id in ids {
            for (key, value) in states[id].meta { meta[key] = value }
        }
        return meta
    }

    func isDescendant(_ id: Int, of ancestor: Int) -> Bool { id > ancestor && id < ends[ancestor] }

    /// The states of a configuration with all their ancestors; nil when a path is unknown.
    func activeStates(_ configuration: [String]) -> StateSet? {
        var active = StateSet()
        for path in configuration {
            guard let id = idByPath[path] else { return nil }
            active[id] = true
            for ancestor in ancestors[id] { active[ancestor] = true }
        }
        return active
    }

    func meta(of active: StateSet) -> JSONObject { Self.meta(of: active, states) }

    func waitsForPerson(_ active: StateSet) -> Bool { active.contains { waitsForPerson[$0] } }

    func isInFinalState(_ id: Int, _ active: StateSet) -> Bool {
        switch kinds[id] {
        case .compound: regions[id].contains { active[$0] && kinds[$0] == .final }
        case .parallel: regions[id].allSatisfy { isInFinalState($0, active) }
        case .atomic, .final, .history: false
        }
    }

    /// One child of each active compound state, all children of each active parallel state.
    func isLegal(_ active: StateSet) -> Bool {
        guard active[0] else { return false }
        return active.allSatisfy { id in
            let entered = regions[id].count { active[$0] }
            switch kinds[id] {
            case .compound: return entered == 1
            case .parallel: return entered == regions[id].count
            case .atomic, .final, .history: return true
            }
        }
    }
}

/// The tree of a chart's states, by id.
struct ChartOutline: Sendable {
    let states: [State]
    let kinds: [State.Kind]
    let parents: [Int?]
    let ends: [Int]
    let ancestors: [[Int]]
    let regions: [[Int]]

    init(_ states: [State]) {
        self.states = states
        kinds = states.map(\.kind)
        parents = states.map(\.parent)
        ends = states.map(\.end)
        // A parent comes before its children.
        var ancestors: [[Int]] = []
        for state in states { ancestors.append(state.parent.map { [$0] + ancestors[$0] } ?? []) }
        self.ancestors = ancestors
        regions = states.map { $0.children.filter { !states[$0].isHistory } }
    }

    func isDescendant(_ id: Int, of ancestor: Int) -> Bool { id > ancestor && id < ends[ancestor] }
}

extension State {
    var isWaitingForPerson: Bool { meta["waiting"] == "person" }
}
