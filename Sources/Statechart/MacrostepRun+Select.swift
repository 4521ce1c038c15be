import JSONValue

/// Which transitions an event enables, and taking them.
extension MacrostepRun {
    /// The optimal set of enabled transitions, by their numbers.
    enum Selection {
        case none
        case one(Int)
        case several([Int])
    }

    /// For each active atomic state the innermost enabled transition, conflicts removed. Without a name: eventless.
    mutating func selectTransitions(for name: String?) throws(ChartError) -> Selection {
        let event = name.flatMap(plan.chains.number)
        if let alone {
            for number in chain(of: alone, name, event) where try isEnabled(number) { return .one(number) }
            return .none
        }
        var asked: [(number: Int, answer: Bool)] = []
        var enabled: [Int] = []
        for leaf in scope.active where plan.states[leaf].isAtomic {
            for number in chain(of: leaf, name, event) where try isEnabled(number, &asked) {
                if !enabled.contains(number) { enabled.append(number) }
                break
            }
        }
        if enabled.count > 1 { enabled = removeConflicts(enabled) }
        return enabled.isEmpty ? .none : enabled.count == 1 ? .one(enabled[0]) : .several(enabled)
    }

    private func chain(of leaf: Int, _ name: String?, _ event: Int?) -> [Int] {
        guard let name else { return plan.chains.eventlessChain(of: leaf) }
        return plan.chains.chain(of: leaf, for: name, number: event)
    }

    /// Asks a guard once a selection, however many regions lead to it.
    private mutating func isEnabled(
        _ number: Int, _ asked: inout [(number: Int, answer: Bool)]
    ) throws(ChartError) -> Bool {
        guard plan.steps[number].condition != nil else { return true }
        if let known = asked.first(where: { $0.number == number }) { return known.answer }
        let answer = try isEnabled(number)
        asked.append((number, answer))
        return answer
    }

    private mutating func isEnabled(_ number: Int) throws(ChartError) -> Bool {
        guard let condition = plan.steps[number].condition else { return true }
        let answer: Bool
        do {
            answer = try holds(condition, in: plan.steps[number].source, as: "guard")
        } catch {
            guard rules == .scxml else { throw error }
            raise(error)
            answer = false
        }
        if guards.isEmpty { guards.reserveCapacity(4) }
        guards.append(
            Macrostep.GuardResult(state: plan.steps[number].path, guardText: condition.text, isTrue: answer))
        return answer
    }

    /// Two transitions that leave a common state cannot both be taken: the inner one wins, else the earlier one.
    private func removeConflicts(_ enabled: [Int]) -> [Int] {
        var kept: [Int] = []
        for candidate in enabled {
            let exits = exits(of: candidate)
            let rivals = kept.filter { exits.intersects(self.exits(of: $0)) }
            guard rivals.allSatisfy({ plan.isDescendant(plan.steps[candidate].source, of: plan.steps[$0].source) })
            else { continue }
            kept.removeAll { rivals.contains($0) }
            kept.append(candidate)
        }
        return kept
    }

    /// The active states that a transition leaves.
    private func exits(of number: Int) -> StateSet {
        let step = plan.steps[number]
        let range = step.exits ?? exitRange(of: step)
        var exits = StateSet()
        var next = scope.active.next(from: range.lowerBound, below: range.upperBound)
        while let id = next {
            exits[id] = true
            next = scope.active.next(from: id + 1, below: range.upperBound)
        }
        return exits
    }

    private func exitRange(of step: TransitionPlan) -> Range<Int> {
        domain(of: step).map { $0 + 1..<plan.ends[$0] } ?? 0..<plan.states.count
    }

    private func domain(of step: TransitionPlan) -> Int? {
        let targets = entrySet.effective(step.targets)
        return plan.outline.domain(of: step.source, to: targets, isReentering: step.isReentering)
    }

    private var entrySet: EntrySet {
        let (history, plan) = (snapshot.history, plan)
        return EntrySet(outline: plan.outline) { id in
            history[plan.states[id].path]?.compactMap { plan.idByPath[$0] }
        }
    }

    mutating func microstep(_ number: Int) throws(ChartError) {
        try spend()
        hasTaken = true
        let source = plan.steps[number].source
        guard !plan.steps[number].targets.isEmpty else {
            return try run(plan.steps[number].actions, in: source)
        }
        guard let ready = plan.steps[number].entries else { return try change([number]) }
        try leave(exits(of: number))
        try run(plan.steps[number].actions, in: source)
        try enter(ready, [:])
    }

    /// Several at once: all exits, then all actions, then all entries.
    mutating func microstep(_ numbers: [Int]) throws(ChartError) {
        try spend()
        hasTaken = true
        try change(numbers)
    }

    /// What is entered must fit into what was left, although histories remember something new in between: the domains
    /// are those from before.
    private mutating func change(_ numbers: [Int]) throws(ChartError) {
        let domains = numbers.map { domain(of: plan.steps[$0]) }
        try leave(numbers.reduce(into: StateSet()) { $0.formUnion(exits(of: $1)) })
        for number in numbers { try run(plan.steps[number].actions, in: plan.steps[number].source) }
        let entries = entering(numbers, domains)
        try enter(entries.ordered, entries.byHistory)
    }

    /// Histories among the targets go back to what was active when their parents were left, just now perhaps.
    private func entering(_ numbers: [Int], _ domains: [Int?]) -> EntrySet {
        var entries = entrySet
        for (number, domain) in zip(numbers, domains) where !plan.steps[number].targets.isEmpty {
            entries.add(plan.steps[number].targets, below: domain)
        }
        return entries
    }
}
