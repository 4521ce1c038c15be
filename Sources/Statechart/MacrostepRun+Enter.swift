import JSONValue

/// Which states are entered, and entering them.
extension MacrostepRun {
    /// The states to enter, and those among them whose default entry has actions of its own.
    private struct Entries {
        var states: Set<Int> = []
        var byDefault: Set<Int> = []
        /// Parents of histories that were entered without a memory, with the history.
        var byHistory: [Int: Int] = [:]
    }

    mutating func enterInitialConfiguration() throws(ChartError) {
        var entries = Entries()
        add(0, to: &entries)
        try enter(entries)
    }

    mutating func enterStates(for transitions: [TransitionReference]) throws(ChartError) {
        var entries = Entries()
        for reference in transitions where !chart[reference].targets.isEmpty {
            let targets = chart[reference].targets
            let domain = domain(of: reference)
            for target in targets { add(target, to: &entries) }
            for target in effectiveTargets(targets) { addAncestors(of: target, below: domain, to: &entries) }
        }
        try enter(entries)
    }

    /// A state with the descendants that are entered by default.
    private func add(_ id: Int, to entries: inout Entries) {
        let state = chart.states[id]
        switch state.kind {
        case .history:
            let targets = remembered(id) ?? state.initial
            if remembered(id) == nil, let parent = state.parent { entries.byHistory[parent] = id }
            for target in targets { add(target, to: &entries) }
            for target in targets { addAncestors(of: target, below: state.parent, to: &entries) }
        case .compound:
            entries.states.insert(id)
            entries.byDefault.insert(id)
            for target in state.initial { add(target, to: &entries) }
            for target in state.initial { addAncestors(of: target, below: id, to: &entries) }
        case .parallel:
            entries.states.insert(id)
            addMissingRegions(of: id, to: &entries)
        case .atomic, .final:
            entries.states.insert(id)
        }
    }

    private func addAncestors(of id: Int, below domain: Int?, to entries: inout Entries) {
        for ancestor in chart.ancestors(of: id) {
            guard ancestor != domain else { return }
            entries.states.insert(ancestor)
            if chart.states[ancestor].kind == .parallel { addMissingRegions(of: ancestor, to: &entries) }
        }
    }

    private func addMissingRegions(of parallel: Int, to entries: inout Entries) {
        for region in chart.states[parallel].children where !chart.states[region].isHistory {
            let isThere = entries.states.contains { $0 == region || chart.isDescendant($0, of: region) }
            if !isThere { add(region, to: &entries) }
        }
    }

    private mutating func enter(_ entries: Entries) throws(ChartError) {
        for id in entries.states.sorted() where !active[id] {
            let state = chart.states[id]
            active[id] = true
            statesToInvoke.insert(id)
            for timer in state.timers { setTimer(timer) }
            try run(state.entry, in: id)
            if entries.byDefault.contains(id) { try run(state.initialActions, in: id) }
            if let history = entries.byHistory[id] { try run(chart.states[history].initialActions, in: history) }
            if state.kind == .final { try finish(state) }
        }
    }

    private mutating func setTimer(_ timer: After) {
        snapshot.timerCount += 1
        snapshot.timers[timer.name] = snapshot.timerCount
        effects.append(.setTimer(name: timer.name, occurrence: snapshot.timerCount, delay: timer.delay))
    }

    /// A final state says that its parent is done, and perhaps that the parallel state above is.
    private mutating func finish(_ final: State) throws(ChartError) {
        guard let parent = final.parent, parent != 0 else { return }
        let output = try values(of: final.output, in: final.id, as: "output")
        queue.append(Event(chart.states[parent].doneEvent, data: output))
        guard let above = chart.states[parent].parent, above != 0, chart.states[above].kind == .parallel,
            isInFinalState(above)
        else { return }
        queue.append(Event(chart.states[above].doneEvent))
    }

    func isInFinalState(_ id: Int) -> Bool {
        let state = chart.states[id]
        let regions = state.children.filter { !chart.states[$0].isHistory }
        return switch state.kind {
        case .compound: regions.contains { active[$0] && chart.states[$0].kind == .final }
        case .parallel: regions.allSatisfy { isInFinalState($0) }
        case .atomic, .final, .history: false
        }
    }
}
