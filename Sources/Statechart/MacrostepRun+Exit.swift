import JSONValue

/// Leaving states: what they remember, and what they no longer wait for.
extension MacrostepRun {
    mutating func leave(_ exits: StateSet) throws(ChartError) {
        remember(exits)
        var next = exits.last
        while let id = next {
            try run(plan.states[id].exit, in: id)
            if plan.waits[id] { try stopWaiting(in: id) }
            scope.active[id] = false
            statesToInvoke[id] = false
            next = exits.previous(below: id, from: 0)
        }
    }

    private mutating func remember(_ exits: StateSet) {
        for id in exits where plan.hasHistory[id] {
            for child in plan.states[id].children {
                guard case .history(let isDeep) = plan.kinds[child] else { continue }
                let kept = (id + 1..<plan.ends[id]).filter { inner in
                    scope.active[inner] && (isDeep ? plan.states[inner].isAtomic : plan.parents[inner] == id)
                }
                snapshot.history[plan.states[child].path] = kept.map { plan.states[$0].path }
            }
        }
    }

    private mutating func stopWaiting(in id: Int) throws(ChartError) {
        for timer in plan.states[id].timers { clearTimer(timer.name) }
        for index in plan.states[id].invocations.indices {
            let name = plan.states[id].invocations[index].id
            if let job = snapshot.jobs[name], job.isLive {
                snapshot.jobs[name]?.isLive = false
                effects.append(.cancelJob(number: job.number, invocation: name))
            }
            if !snapshot.children.isEmpty { try cancelChild(name) }
        }
    }

    /// Nothing is waited for in an ended instance: its states are left for good, but they stay its configuration.
    mutating func end() throws(ChartError) {
        let final = scope.active
        var next = final.last
        while let id = next {
            try run(plan.states[id].exit, in: id)
            try stopWaiting(in: id)
            scope.active[id] = false
            next = final.previous(below: id, from: 0)
        }
        scope.active = final
        for name in snapshot.sends.keys { clearTimer(name) }
        snapshot.sends = [:]
        queue = []
        head = 0
        statesToInvoke = StateSet()
    }

    /// Clears a timer, or takes back its setting when that was in this same macrostep.
    mutating func clearTimer(_ name: String) {
        guard let occurrence = snapshot.timers.removeValue(forKey: name) else { return }
        if let setting = setting(of: name, occurrence) {
            effects.remove(at: setting)
        } else {
            effects.append(.clearTimer(name: name, occurrence: occurrence))
        }
    }

    /// The place of the effect that set a timer in this macrostep.
    func setting(of name: String, _ occurrence: Int) -> Int? {
        effects.firstIndex { effect in
            if case .setTimer(name, occurrence, _) = effect { true } else { false }
        }
    }
}
