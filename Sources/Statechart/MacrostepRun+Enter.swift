import JSONValue

/// Entering states.
extension MacrostepRun {
    mutating func enter(_ entries: [TransitionPlan.Entry], _ byHistory: [Int: Int]) throws(ChartError) {
        for entry in entries where !scope.active[entry.id] {
            let id = entry.id
            scope.active[id] = true
            if !plan.states[id].invocations.isEmpty { statesToInvoke[id] = true }
            for timer in plan.states[id].timers { setTimer(timer.name, timer.delay) }
            if id != 0, !plan.states[id].lateData.isEmpty { try bindLate(id, except: [:]) }
            try run(plan.states[id].entry, in: id)
            if entry.isByDefault { try run(plan.states[id].initialActions, in: id) }
            if let history = byHistory[id] { try run(plan.states[history].initialActions, in: history) }
            if plan.kinds[id] == .final { try finish(id) }
        }
        // A parallel root has ended when all its regions have, however deep the last final state lies.
        if plan.kinds[0] == .parallel, plan.isInFinalState(0, scope.active) { hasEnded = true }
    }

    @discardableResult
    mutating func setTimer(_ name: String, _ delay: Delay) -> Int {
        snapshot.timerCount += 1
        snapshot.timers[name] = snapshot.timerCount
        effects.append(.setTimer(name: name, occurrence: snapshot.timerCount, delay: delay))
        return snapshot.timerCount
    }

    /// A final state says that its parent is done, and perhaps that the parallel state above is.
    private mutating func finish(_ final: Int) throws(ChartError) {
        guard let parent = plan.parents[final] else { return }
        let output = try output(of: final)
        if parent == 0 {
            if plan.kinds[0] == .compound { hasEnded = true }
            doneData = output
            return
        }
        raise(plan.doneEvents[parent], output)
        guard let above = plan.parents[parent], plan.kinds[above] == .parallel,
            plan.isInFinalState(above, scope.active)
        else { return }
        if above != 0 { raise(plan.doneEvents[above], nil) }
    }

    private mutating func output(of final: Int) throws(ChartError) -> JSON? {
        do {
            if let content = plan.states[final].outputContent {
                return try evaluate(content, in: final, as: "output")
            }
            guard !plan.states[final].output.isEmpty else { return nil }
            return .object(try values(of: plan.states[final].output, in: final, as: "output"))
        } catch {
            guard rules == .scxml else { throw error }
            raise(error)
            return nil
        }
    }

    /// Queues an event of the platform.
    func done(_ name: String, _ data: JSON?) -> Event {
        let envelope = rules == .scxml ? Event.Envelope(.platform, content: data) : nil
        return Event(name, data: data?.object ?? JSONObject(), envelope: envelope)
    }

    private mutating func raise(_ name: String, _ data: JSON?) { queue.append(done(name, data)) }

    /// Gives late-bound variables their values, once in an instance's life. A value that the parent gave stays.
    mutating func bindLate(_ id: Int, except given: JSONObject) throws(ChartError) {
        let path = plan.states[id].path
        guard id == 0 || !snapshot.bound.contains(path) else { return }
        if id != 0 { snapshot.bound.append(path) }
        for data in plan.states[id].lateData where given[data.name] == nil {
            do {
                let value = try evaluate(data.value, in: id, as: "value of '\(data.name)'")
                setMember(data.name, value)
            } catch {
                guard rules == .scxml else { throw error }
                raise(error)
            }
        }
    }
}
