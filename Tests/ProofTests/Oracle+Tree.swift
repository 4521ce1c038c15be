import Statechart

/// Questions about the tree of states, answered by walking it.
extension Oracle {
    func isDescendant(_ state: Int, _ ancestor: Int) -> Bool {
        var next = states[state].parent
        while let above = next {
            if above == ancestor { return true }
            next = states[above].parent
        }
        return false
    }

    /// The ancestors of a state from the inside out, up to a limit that is not among them.
    func getProperAncestors(_ state: Int, _ limit: Int?) -> [Int] {
        var ancestors: [Int] = []
        var next = states[state].parent
        while let ancestor = next, ancestor != limit {
            ancestors.append(ancestor)
            next = states[ancestor].parent
        }
        return ancestors
    }

    /// Histories are no child states: nothing is ever in them.
    func getChildStates(_ state: Int) -> [Int] {
        states[state].children.filter { !isHistoryState($0) }
    }

    func getHistories(_ state: Int) -> [Int] {
        states[state].children.filter { isHistoryState($0) }
    }

    func isCompoundState(_ state: Int) -> Bool { states[state].kind == .compound }

    func isParallelState(_ state: Int) -> Bool { states[state].kind == .parallel }

    func isFinalState(_ state: Int) -> Bool { states[state].kind == .final }

    func isAtomicState(_ state: Int) -> Bool { states[state].kind == .atomic || isFinalState(state) }

    func isHistoryState(_ state: Int) -> Bool {
        if case .history = states[state].kind { true } else { false }
    }

    func isActive(_ state: Int) -> Bool { session.configuration.isMember(state) }

    func isInFinalState(_ state: Int) -> Bool {
        if isCompoundState(state) { return getChildStates(state).contains { isFinalState($0) && isActive($0) } }
        if isParallelState(state) { return getChildStates(state).allSatisfy { isInFinalState($0) } }
        return false
    }

    func transition(_ arc: Arc) -> Transition { states[arc.source].transitions[arc.index] }
}
