import JSONValue
import Statechart

/// Leaving, acting, entering.
extension Oracle {
    func microstep(_ enabled: OrderedSet<Arc>) throws(ChartError) {
        try world.countMicrostep()
        world.isTransitionTaken = true
        enabled.list.forEach { note($0) }
        // As the states are left, histories change, and what a target stands for with them. What is entered must still
        // fit into what was left: the domains are those from before.
        let domains = enabled.list.map { getTransitionDomain($0) }
        try exitStates(enabled.list)
        for arc in enabled.list { try executeContent(transition(arc).actions, in: arc.source) }
        let entry = computeEntrySet(enabled.list, domains)
        try enterStates(entry)
    }

    private func exitStates(_ enabled: [Arc]) throws(ChartError) {
        let statesToExit = computeExitSet(enabled).list.sorted(by: >)
        for state in statesToExit { statesToInvoke.delete(state) }
        for state in statesToExit { recordHistory(of: state) }
        for state in statesToExit {
            try executeContent(states[state].exit, in: state)
            try stopWaiting(state)
            session.configuration.delete(state)
        }
    }

    private func recordHistory(of state: Int) {
        for history in getHistories(state) {
            let isDeep = states[history].kind == .history(isDeep: true)
            note(isDeep ? .deepHistoryRecorded : .shallowHistoryRecorded)
            session.history[history] = session.configuration.list.sorted().filter { active in
                isDeep ? isAtomicState(active) && isDescendant(active, state) : states[active].parent == state
            }
        }
    }

    func enterStates(_ entry: EntrySet) throws(ChartError) {
        for state in entry.statesToEnter.list.sorted() where !isActive(state) {
            session.configuration.add(state)
            statesToInvoke.add(state)
            for timer in states[state].timers { setTimer(timer.name, timer.delay) }
            if !isNative, state != 0 { initializeData(state, except: [:]) }
            try executeContent(states[state].entry, in: state)
            if entry.statesForDefaultEntry.isMember(state) {
                noteContent(states[state].initialActions, .initialContent)
                try executeContent(states[state].initialActions, in: state)
            }
            if let history = entry.defaultHistoryContent[state] {
                noteContent(states[history].initialActions, .defaultHistoryContent)
                try executeContent(states[history].initialActions, in: history)
            }
            if isFinalState(state) { try announceDone(state) }
        }
    }

    /// A final state below the top says that its parent is done, and that a parallel grandparent is if all others are.
    private func announceDone(_ final: Int) throws(ChartError) {
        guard let parent = states[final].parent else { return }
        let data = try donePayload(of: final)
        if parent == 0 {
            doneData = data
            return
        }
        note(data == nil ? .doneEvent : .doneEventWithData)
        internalQueue.append(platformEvent("done.state." + states[parent].path, data))
        guard let grandparent = states[parent].parent, grandparent != 0, isParallelState(grandparent),
            isInFinalState(grandparent)
        else { return }
        note(.parallelDone)
        internalQueue.append(platformEvent("done.state." + states[grandparent].path, nil))
    }

    /// In SCXML an error leaves the event without data.
    private func donePayload(of final: Int) throws(ChartError) -> JSON? {
        do {
            if let content = states[final].outputContent {
                note(.doneContent)
                return try value(of: content, in: final)
            }
            return states[final].output.isEmpty ? nil : .object(try members(states[final].output, in: final))
        } catch {
            guard !isNative else { throw error }
            raise(error)
            return nil
        }
    }

    private func note(_ arc: Arc) {
        let taken = transition(arc)
        switch getTransitionDomain(arc) {
        case .none: note(.targetless)
        case .everything: note(.rootLeft)
        case .state(arc.source): note(.internalTransition)
        case .state: note(.externalTransition)
        }
        if taken.targets.count > 1 { note(.multipleTargets) }
        for target in taken.targets where isHistoryState(target) {
            note(session.history[target] == nil ? .historyByDefault : .historyRemembered)
        }
        if isParallelState(arc.source) { note(.parallelSource) }
    }

    private func noteContent(_ actions: [Action], _ feature: Coverage.Feature) {
        if !actions.isEmpty { note(feature) }
    }
}
