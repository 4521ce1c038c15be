import Statechart

/// Which states transitions leave and enter.
extension Oracle {
    /// The state within which a transition happens.
    enum Domain: Hashable {
        /// No target: nothing is left.
        case none
        /// Even the root is left, which happens only where it is parallel.
        case everything
        case state(Int)
    }

    func computeExitSet(_ transitions: [Arc]) -> OrderedSet<Int> {
        var statesToExit = OrderedSet<Int>()
        for arc in transitions {
            let domain = getTransitionDomain(arc)
            for state in session.configuration.list where isWithin(state, domain) { statesToExit.add(state) }
        }
        return statesToExit
    }

    func computeEntrySet(_ transitions: [Arc], _ domains: [Domain]) -> EntrySet {
        var entry = EntrySet()
        for (arc, domain) in zip(transitions, domains) where domain != .none {
            for target in transition(arc).targets { addDescendantStatesToEnter(target, domain, &entry) }
            for target in getEffectiveTargetStates(transition(arc).targets).list {
                addAncestorStatesToEnter(target, nil, domain, &entry)
            }
        }
        return entry
    }

    /// Adds a state and what is entered with it. Nothing outside the domain: a history of an ancestor of the domain
    /// may name states within it, and what lies between is active and stays so.
    func addDescendantStatesToEnter(_ state: Int, _ domain: Domain, _ entry: inout EntrySet) {
        if isHistoryState(state) {
            let parent = states[state].parent
            if session.history[state] == nil, let parent { entry.defaultHistoryContent[parent] = state }
            let targets = session.history[state] ?? states[state].initial
            for target in targets { addDescendantStatesToEnter(target, domain, &entry) }
            for target in targets { addAncestorStatesToEnter(target, parent, domain, &entry) }
            return
        }
        entry.statesToEnter.add(state)
        if isCompoundState(state) {
            entry.statesForDefaultEntry.add(state)
            for target in states[state].initial { addDescendantStatesToEnter(target, domain, &entry) }
            for target in states[state].initial { addAncestorStatesToEnter(target, state, domain, &entry) }
        } else if isParallelState(state) {
            addRegions(state, domain, &entry)
        }
    }

    private func addAncestorStatesToEnter(_ state: Int, _ limit: Int?, _ domain: Domain, _ entry: inout EntrySet) {
        for ancestor in getProperAncestors(state, limit) where isWithin(ancestor, domain) {
            entry.statesToEnter.add(ancestor)
            if isParallelState(ancestor) { addRegions(ancestor, domain, &entry) }
        }
    }

    private func addRegions(_ parallel: Int, _ domain: Domain, _ entry: inout EntrySet) {
        for child in getChildStates(parallel)
        where !entry.statesToEnter.some({ $0 == child || isDescendant($0, child) }) {
            addDescendantStatesToEnter(child, domain, &entry)
        }
    }

    private func isWithin(_ state: Int, _ domain: Domain) -> Bool {
        switch domain {
        case .none: false
        case .everything: true
        case .state(let ancestor): isDescendant(state, ancestor)
        }
    }

    func getTransitionDomain(_ arc: Arc) -> Domain {
        let targets = getEffectiveTargetStates(transition(arc).targets).list
        if targets.isEmpty { return .none }
        let source = arc.source
        // The root is no state of SCXML. One with transitions of its own stays, unless it is parallel.
        if source == 0 { return isCompoundState(0) ? .state(0) : .everything }
        let isInternal = !transition(arc).isReentering
        if isInternal, isCompoundState(source), targets.allSatisfy({ isDescendant($0, source) }) {
            return .state(source)
        }
        return findLCCA([source] + targets)
    }

    /// The least common compound ancestor.
    private func findLCCA(_ list: [Int]) -> Domain {
        for ancestor in getProperAncestors(list[0], nil) where isCompoundState(ancestor) {
            if list.dropFirst().allSatisfy({ isDescendant($0, ancestor) }) { return .state(ancestor) }
        }
        return .everything
    }

    func getEffectiveTargetStates(_ targets: [Int]) -> OrderedSet<Int> {
        var effective = OrderedSet<Int>()
        for target in targets {
            if !isHistoryState(target) {
                effective.add(target)
            } else if let remembered = session.history[target] {
                effective.union(OrderedSet(remembered))
            } else {
                effective.union(getEffectiveTargetStates(states[target].initial))
            }
        }
        return effective
    }
}
