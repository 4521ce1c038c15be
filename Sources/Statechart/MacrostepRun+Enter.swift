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
        let initial = chart.states[id].initial
        switch chart.shape.kinds[id] {
        case .history:
            let targets = remembered(id) ?? initial
            let parent = chart.shape.parents[id]
            if remembered(id) == nil, let parent { entries.byHistory[parent] = id }
            for target in targets { add(target, to: &entries) }
            for target in targets { addAncestors(of: target, below: parent, to: &entries) }
        case .compound:
            entries.states.insert(id)
            entries.byDefault.insert(id)
            for target in initial { add(target, to: &entries) }
            for target in initial { addAncestors(of: target, below: id, to: &entries) }
        case .parallel:
            entries.states.insert(id)
            addMissingRegions(of: id, to: &entries)
        case .atomic, .final:
            entries.states.insert(id)
        }
    }

    private func addAncestors(of id: Int, below domain: Int?, to entries: inout Entries) {
        for ancestor in chart.shape.ancestors[id] {
            guard ancestor != domain else { return }
            entries.states.insert(ancestor)
            if chart.shape.kinds[ancestor] == .parallel { addMissingRegions(of: ancestor, to: &entries) }
        }
    }

    private func addMissingRegions(of parallel: Int, to entries: inout Entries) {
        for region in chart.shape.regions[parallel] {
            let isThere = entries.states.contains { $0 == region || chart.isDescendant($0, of: region) }
            if !isThere { add(region, to: &entries) }
        }
    }

    private mutating func enter(_ entries: Entries) throws(ChartError) {
        for id in entries.states.sorted() where !active[id] {
            active[id] = true
            statesToInvoke.insert(id)
            for timer in chart.states[id].timers { setTimer(timer) }
            try run(chart.states[id].entry, in: id)
            if entries.byDefault.contains(id) { try run(chart.states[id].initialActions, in: id) }
            if let history = entries.byHistory[id] { try run(chart.states[history].initialActions, in: history) }
            if chart.shape.kinds[id] == .final { try finish(chart.states[id]) }
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
        guard let above = chart.shape.parents[parent], above != 0, chart.shape.kinds[above] == .parallel,
            isInFinalState(above)
        else { return }
        queue.append(Event(chart.states[above].doneEvent))
    }

    func isInFinalState(_ id: Int) -> Bool {
        switch chart.shape.kinds[id] {
        case .compound: chart.shape.regions[id].contains { active[$0] && chart.shape.kinds[$0] == .final }
        case .parallel: chart.shape.regions[id].allSatisfy { isInFinalState($0) }
        case .atomic, .final, .history: false
        }
    }
}
