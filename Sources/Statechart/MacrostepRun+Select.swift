import JSONValue

/// Which transitions an event enables, and which states they concern.
extension MacrostepRun {
    /// The optimal set: for each active atomic state the innermost enabled transition, conflicts removed.
    mutating func selectTransitions(for name: String?) throws(ChartError) -> [TransitionReference] {
        var asked: [TransitionReference: Bool] = [:]
        var enabled: [TransitionReference] = []
        for leaf in chart.shape.leaves where active[leaf] {
            guard let reference = try innermostTransition(from: leaf, for: name, &asked) else { continue }
            if !enabled.contains(reference) { enabled.append(reference) }
        }
        return enabled.count < 2 ? enabled : removeConflicts(enabled)
    }

    private mutating func innermostTransition(
        from atomic: Int, for name: String?, _ asked: inout [TransitionReference: Bool]
    ) throws(ChartError) -> TransitionReference? {
        var state: Int? = atomic
        while let current = state {
            for reference in chart.candidates(of: current, for: name) where try isEnabled(reference, &asked) {
                return reference
            }
            state = chart.shape.parents[current]
        }
        return nil
    }

    /// Asks a guard once a selection, however many regions lead to it.
    private mutating func isEnabled(
        _ reference: TransitionReference, _ asked: inout [TransitionReference: Bool]
    ) throws(ChartError) -> Bool {
        guard let condition = chart[reference].condition else { return true }
        if let answer = asked[reference] { return answer }
        let value = try evaluate(condition, in: reference.state, as: "guard")
        guard case .bool(let answer) = value else {
            throw failure("guard", condition, in: reference.state, "expected a boolean, found \(value.typeName)")
        }
        asked[reference] = answer
        guards.append(
            Macrostep.GuardResult(
                state: chart.states[reference.state].path, guardText: condition.text, isTrue: answer))
        return answer
    }

    /// Two transitions that leave a common state cannot both be taken: the inner one wins, else the earlier one.
    private func removeConflicts(_ enabled: [TransitionReference]) -> [TransitionReference] {
        var kept: [TransitionReference] = []
        for candidate in enabled {
            let exits = Set(exitSet(of: [candidate]))
            let rivals = kept.filter { !exits.isDisjoint(with: exitSet(of: [$0])) }
            guard rivals.allSatisfy({ chart.isDescendant(candidate.state, of: $0.state) }) else { continue }
            kept.removeAll { rivals.contains($0) }
            kept.append(candidate)
        }
        return kept
    }

    /// The active states that the transitions leave, in document order.
    func exitSet(of transitions: [TransitionReference]) -> [Int] {
        var exits = Set<Int>()
        for reference in transitions where !chart[reference].targets.isEmpty {
            let range = domain(of: reference).map { $0 + 1..<chart.shape.ends[$0] } ?? 0..<chart.states.count
            exits.formUnion(range.filter { active[$0] })
        }
        return exits.sorted()
    }

    /// The state that the transition does not leave, whose descendants it leaves; nil when even the root is left, which
    /// happens to a parallel root only.
    func domain(of reference: TransitionReference) -> Int? {
        let source = reference.state
        let targets = effectiveTargets(chart[reference].targets)
        let isCompound = chart.shape.kinds[source] == .compound
        if source == 0 { return isCompound ? 0 : nil }
        if isCompound, !chart[reference].isReentering, targets.allSatisfy({ chart.isDescendant($0, of: source) }) {
            return source
        }
        return chart.shape.ancestors[source].first { ancestor in
            chart.shape.kinds[ancestor] == .compound
                && targets.allSatisfy { chart.isDescendant($0, of: ancestor) }
        }
    }

    /// Targets with each history replaced by what it remembers, or by its default.
    func effectiveTargets(_ targets: [Int]) -> [Int] {
        guard targets.contains(where: { chart.states[$0].isHistory }) else { return targets }
        var found: [Int] = []
        for target in targets {
            let isHistory = chart.states[target].isHistory
            let resolved = isHistory ? remembered(target) ?? effectiveTargets(chart.states[target].initial) : [target]
            for id in resolved where !found.contains(id) { found.append(id) }
        }
        return found
    }

    func remembered(_ history: Int) -> [Int]? {
        snapshot.history[chart.states[history].path]?.compactMap { chart.shape.idByPath[$0] }
    }
}

extension Chart {
    /// The transitions of one state that an event's name matches, best first: exact name, longest prefix, `*`; among
    /// equals the earlier one. Without a name: the eventless ones.
    func candidates(of state: Int, for name: String?) -> [TransitionReference] {
        guard let name else { return shape.eventless[state] }
        var best: [(index: Int, closeness: Int)] = []
        for index in states[state].transitions.indices {
            guard let closeness = states[state].transitions[index].closeness(to: name) else { continue }
            best.append((index, closeness))
        }
        if best.count > 1 { best.sort { ($1.closeness, $0.index) < ($0.closeness, $1.index) } }
        return best.map { TransitionReference(state: state, index: $0.index) }
    }
}
