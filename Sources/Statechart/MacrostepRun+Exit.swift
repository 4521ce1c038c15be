import JSONValue

/// Leaving states: what they remember, and what they no longer wait for.
extension MacrostepRun {
    mutating func leave(_ exits: [Int]) throws(ChartError) {
        for id in exits { remember(id) }
        for id in exits.reversed() {
            try run(chart.states[id].exit, in: id)
            stopWaiting(in: id)
            active[id] = false
            statesToInvoke.remove(id)
        }
    }

    private mutating func remember(_ id: Int) {
        for child in chart.states[id].children {
            guard case .history(let isDeep) = chart.shape.kinds[child] else { continue }
            let kept = (id + 1..<chart.shape.ends[id]).filter { inner in
                active[inner] && (isDeep ? chart.states[inner].isAtomic : chart.shape.parents[inner] == id)
            }
            snapshot.history[chart.states[child].path] = kept.map { chart.states[$0].path }
        }
    }

    private mutating func stopWaiting(in id: Int) {
        for timer in chart.states[id].timers { clearTimer(timer.name) }
        for invocation in chart.states[id].invocations {
            guard let job = snapshot.jobs[invocation.id], job.isLive else { continue }
            snapshot.jobs[invocation.id]?.isLive = false
            effects.append(.cancelJob(number: job.number, invocation: invocation.id))
        }
    }

    /// Nothing is waited for in an ended instance.
    mutating func stopWaiting() {
        for id in active.indices.reversed() where active[id] { stopWaiting(in: id) }
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
