import JSONValue

/// Which transitions an event enables, and which states they concern.
extension MacrostepRun {
    /// The optimal set: for each active atomic state the innermost enabled transition, conflicts removed.
    mutating func selectTransitions(for name: String?) throws(ChartError) -> [TransitionReference] {
        var asked: [TransitionReference: Bool] = [:]
        var enabled: [TransitionReference] = []
        for state in chart.states where active[state.id] && state.isAtomic {
            guard let reference = try innermostTransition(from: state.id, for: name, &asked) else { continue }
            if !enabled.contains(reference) { enabled.append(reference) }
        }
        return enabled.count < 2 ? enabled : removeConflicts(enabled)
    }

    private mutating func innermostTransition(
        from atomic: Int, for name: String?, _ asked: inout [TransitionReference: Bool]
    ) throws(ChartError) -> TransitionReference? {
        for state in [atomic] + chart.ancestors(of: atomic) {
            for reference in chart.candidates(of: state, for: name) where try isEnabled(reference, &asked) {
                return reference
            }
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
            let range = domain(of: reference).map { $0 + 1..<chart.states[$0].end } ?? 0..<chart.states.count
            exits.formUnion(range.filter { active[$0] })
        }
        return exits.sorted()
    }

    /// The state that the transition does not leave, whose descendants it leaves; nil when even the root is left, which
    /// happens to a parallel root only.
    func domain(of reference: TransitionReference) -> Int? {
        let transition = chart[reference]
        let targets = effectiveTargets(transition.targets)
        let source = chart.states[reference.state]
        if reference.state == 0 { return source.kind == .compound ? 0 : nil }
        if !transition.isReentering, source.kind == .compound,
            targets.allSatisfy({ chart.isDescendant($0, of: source.id) })
        {
            return source.id
        }
        return chart.ancestors(of: source.id).first { ancestor in
            chart.states[ancestor].kind == .compound
                && targets.allSatisfy { chart.isDescendant($0, of: ancestor) }
        }
    }

    /// Targets with each history replaced by what it remembers, or by its default.
    func effectiveTargets(_ targets: [Int]) -> [Int] {
        var found: [Int] = []
        for target in targets {
            let state = chart.states[target]
            let resolved =
                state.isHistory ? remembered(target) ?? effectiveTargets(state.initial) : [target]
            for id in resolved where !found.contains(id) { found.append(id) }
        }
        return found
    }

    func remembered(_ history: Int) -> [Int]? {
        snapshot.history[chart.states[history].path]?.compactMap { chart.state(at: $0)?.id }
    }
}

extension Chart {
    /// The transitions of one state that an event's name matches, best first: exact name, longest prefix, `*`; among
    /// equals the earlier one. Without a name: the eventless ones.
    func candidates(of state: Int, for name: String?) -> [TransitionReference] {
        let transitions = states[state].transitions
        guard let name else {
            return transitions.indices.filter { transitions[$0].event == nil }
                .map { TransitionReference(state: state, index: $0) }
        }
        let matching = transitions.indices.compactMap { index in
            transitions[index].event?.closeness(to: name).map { (index: index, closeness: $0) }
        }
        let best = matching.sorted { ($1.closeness, $0.index) < ($0.closeness, $1.index) }
        return best.map { TransitionReference(state: state, index: $0.index) }
    }
}
