import JSONValue

/// Leaving states: what they remember, and what they no longer wait for.
extension MacrostepRun {
    mutating func leave(_ exits: [Int]) throws(ChartError) {
        for id in exits { remember(id) }
        for id in exits.reversed() {
            let state = chart.states[id]
            try run(state.exit, in: id)
            stopWaiting(state)
            active[id] = false
            statesToInvoke.remove(id)
        }
    }

    private mutating func remember(_ id: Int) {
        for child in chart.states[id].children {
            guard case .history(let isDeep) = chart.states[child].kind else { continue }
            let kept = chart.states[id + 1..<chart.states[id].end].filter { state in
                active[state.id] && (isDeep ? state.isAtomic : state.parent == id)
            }
            snapshot.history[chart.states[child].path] = kept.map(\.path)
        }
    }

    private mutating func stopWaiting(_ state: State) {
        for timer in state.timers { clearTimer(timer.name) }
        for invocation in state.invocations {
            guard let job = snapshot.jobs[invocation.id], job.isLive else { continue }
            snapshot.jobs[invocation.id]?.isLive = false
            effects.append(.cancelJob(number: job.number, invocation: invocation.id))
        }
    }

    /// Nothing is waited for in an ended instance.
    mutating func stopWaiting() {
        for state in chart.states.reversed() where active[state.id] { stopWaiting(state) }
    }

    /// Clears a timer, or takes back its setting when that was in this same macrostep.
    mutating func clearTimer(_ name: String) {
        guard let occurrence = snapshot.timers.removeValue(forKey: name) else { return }
        let count = effects.count
        effects.removeAll { effect in
            if case .setTimer(name, occurrence, _) = effect { true } else { false }
        }
        if effects.count == count { effects.append(.clearTimer(name: name, occurrence: occurrence)) }
    }
}
