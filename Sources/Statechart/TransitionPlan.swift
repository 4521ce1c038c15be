/// A transition with what can be said of it before any event: which states it leaves, and mostly which it enters.
final class TransitionPlan: Sendable {
    /// A state that is entered, and whether by itself, so that it goes on to its initial state.
    struct Entry: Sendable, Hashable {
        var id: Int
        var isByDefault: Bool
    }

    let source: Int
    /// The place of the source, for messages and history rows.
    let path: String
    let condition: Expression?
    let actions: [Action]
    let targets: [Int]
    let isReentering: Bool
    /// The states that are left when they are active; empty without targets, nil when histories decide.
    let exits: Range<Int>?
    /// The states that are entered, in document order; nil when histories decide.
    let entries: [Entry]?

    init(_ state: State, _ index: Int, _ outline: ChartOutline) {
        let transition = state.transitions[index]
        source = state.id
        path = state.path
        condition = transition.condition
        actions = transition.actions
        targets = transition.targets
        isReentering = transition.isReentering
        guard !targets.isEmpty else {
            exits = 0..<0
            entries = []
            return
        }
        guard !targets.contains(where: { outline.states[$0].isHistory }) else {
            exits = nil
            entries = nil
            return
        }
        let domain = outline.domain(of: source, to: targets, isReentering: isReentering)
        exits = domain.map { $0 + 1..<outline.ends[$0] } ?? 0..<outline.states.count
        var set = EntrySet(outline: outline) { _ in nil }
        set.add(targets, below: domain)
        entries = set.meetsHistory ? nil : set.ordered
    }
}

extension ChartOutline {
    /// The state that a transition does not leave, whose descendants it leaves; nil when even the root is left, which
    /// happens to a parallel root only. `targets` are no histories.
    func domain(of source: Int, to targets: [Int], isReentering: Bool) -> Int? {
        let isCompound = kinds[source] == .compound
        if source == 0 { return isCompound ? 0 : nil }
        if isCompound, !isReentering, targets.allSatisfy({ isDescendant($0, of: source) }) { return source }
        return ancestors[source].first { ancestor in
            kinds[ancestor] == .compound && targets.allSatisfy { isDescendant($0, of: ancestor) }
        }
    }
}

/// The states that a microstep enters (W3C SCXML, Appendix D: computeEntrySet).
struct EntrySet {
    let outline: ChartOutline
    /// What a history remembers; nil when it has no memory yet.
    let remembered: (Int) -> [Int]?
    private(set) var states = StateSet()
    private(set) var byDefault = StateSet()
    /// Parents of histories that were entered without a memory, with the history.
    private(set) var byHistory: [Int: Int] = [:]
    private(set) var meetsHistory = false
    /// What may be entered: the domain's descendants. A history of an ancestor of the domain may name states within it;
    /// what lies between is active and stays so.
    private var bounds: Range<Int>

    init(outline: ChartOutline, remembered: @escaping (Int) -> [Int]?) {
        self.outline = outline
        self.remembered = remembered
        bounds = 0..<outline.states.count
    }

    var ordered: [TransitionPlan.Entry] {
        states.map { TransitionPlan.Entry(id: $0, isByDefault: byDefault[$0]) }
    }

    /// The targets with their descendants and their ancestors up to the domain.
    mutating func add(_ targets: [Int], below domain: Int?) {
        bounds = domain.map { $0 + 1..<outline.ends[$0] } ?? 0..<outline.states.count
        for target in targets { add(target) }
        for target in effective(targets) { addAncestors(of: target, below: domain) }
    }

    /// A state with the descendants that are entered by default.
    mutating func add(_ id: Int) {
        switch outline.kinds[id] {
        case .history:
            meetsHistory = true
            let parent = outline.parents[id]
            let memory = remembered(id)
            if memory == nil, let parent { byHistory[parent] = id }
            let targets = memory ?? outline.states[id].initial
            for target in targets { add(target) }
            for target in targets { addAncestors(of: target, below: parent) }
        case .compound:
            states[id] = true
            byDefault[id] = true
            let initial = outline.states[id].initial
            for target in initial { add(target) }
            for target in initial { addAncestors(of: target, below: id) }
        case .parallel:
            states[id] = true
            addMissingRegions(of: id)
        case .atomic, .final:
            states[id] = true
        }
    }

    private mutating func addAncestors(of id: Int, below domain: Int?) {
        for ancestor in outline.ancestors[id] {
            guard ancestor != domain, bounds.contains(ancestor) else { return }
            states[ancestor] = true
            if outline.kinds[ancestor] == .parallel { addMissingRegions(of: ancestor) }
        }
    }

    private mutating func addMissingRegions(of parallel: Int) {
        for region in outline.regions[parallel] where states.next(from: region, below: outline.ends[region]) == nil {
            add(region)
        }
    }

    /// Targets with each history replaced by what it remembers, or by its default.
    func effective(_ targets: [Int]) -> [Int] {
        guard targets.contains(where: { outline.states[$0].isHistory }) else { return targets }
        var found: [Int] = []
        for target in targets {
            let resolved =
                outline.states[target].isHistory
                ? remembered(target) ?? effective(outline.states[target].initial) : [target]
            for id in resolved where !found.contains(id) { found.append(id) }
        }
        return found
    }
}
