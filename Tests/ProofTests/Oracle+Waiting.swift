import JSONValue
import Statechart

/// What an instance waits for: timers, jobs, delayed events; and what it invokes.
extension Oracle {
    /// Brings an event from outside to the instance that it concerns; false when nothing waits for it.
    func input(_ event: Event) throws(ChartError) -> Bool {
        switch event.origin {
        case .external:
            try handle(event)
            return true
        case .timer(let name, let occurrence): return try inputTimer(name, occurrence)
        case .job(let number, let isTerminal): return try inputJob(event, number, isTerminal)
        }
    }

    private func inputTimer(_ name: String, _ occurrence: Int) throws(ChartError) -> Bool {
        for (child, instance) in children where name.hasPrefix(child + "!") {
            return try instance.inputTimer(String(name.dropFirst(child.count + 1)), occurrence)
        }
        guard session.timers[name] == occurrence else {
            note(.staleTimer)
            return false
        }
        session.timers[name] = nil
        world.effects.append(.clearTimer(name: prefix + name, occurrence: occurrence))
        world.isOriginSettled = true
        if let delayed = session.sends.removeValue(forKey: name) {
            note(.delayedSendFired)
            try release(delayed)
        } else {
            note(.timerFired)
            try handle(.timer(name, occurrence: occurrence))
        }
        return true
    }

    private func inputJob(_ event: Event, _ number: Int, _ isTerminal: Bool) throws(ChartError) -> Bool {
        if let owner = session.jobs.first(where: { $0.value.number == number && $0.value.isLive })?.key {
            note(isTerminal ? .jobEnded : .jobReported)
            if isTerminal {
                session.jobs[owner]?.isLive = false
                world.isOriginSettled = true
            }
            try handle(event)
            return true
        }
        for (child, instance) in children where instance.waits(forJob: number) {
            var inner = event
            for head in ["done.invoke.", "error.invoke."] where event.name.hasPrefix(head + child + "!") {
                inner.name = head + event.name.dropFirst(head.count + child.count + 1)
            }
            note(.jobOfChild)
            return try instance.inputJob(inner, number, isTerminal)
        }
        note(.staleJob)
        return false
    }

    private func waits(forJob number: Int) -> Bool {
        session.jobs.contains { $0.value.number == number && $0.value.isLive }
            || children.contains { $0.value.waits(forJob: number) }
    }

    @discardableResult
    func setTimer(_ name: String, _ delay: Delay) -> Int {
        note(.timerSet)
        world.timerCount += 1
        session.timers[name] = world.timerCount
        world.effects.append(.setTimer(name: prefix + name, occurrence: world.timerCount, delay: delay))
        return world.timerCount
    }

    /// A timer that was set in this same macrostep was never set as far as the outside knows.
    func clearTimer(_ name: String) {
        guard let occurrence = session.timers[name] else { return }
        session.timers[name] = nil
        let setting = world.effects.firstIndex { effect in
            guard case .setTimer(let other, let number, _) = effect else { return false }
            return other == prefix + name && number == occurrence
        }
        if let setting {
            note(.timerTakenBack)
            world.effects.remove(at: setting)
        } else {
            note(.timerCleared)
            world.effects.append(.clearTimer(name: prefix + name, occurrence: occurrence))
        }
    }

    func stopWaiting(_ state: Int) throws(ChartError) {
        for timer in states[state].timers { clearTimer(timer.name) }
        for invocation in states[state].invocations {
            if let job = session.jobs[invocation.id], job.isLive {
                note(.jobCancelled)
                session.jobs[invocation.id]?.isLive = false
                world.effects.append(.cancelJob(number: job.number, invocation: prefix + invocation.id))
            }
            if let child = children[invocation.id] {
                try child.cancel()
                children[invocation.id] = nil
            }
        }
    }

    func startJob(_ invocation: Invocation, _ input: JSONObject) {
        if session.jobs[invocation.id] == nil {
            session.jobs[invocation.id] = OracleSession.Job(number: world.nextJob, isLive: true)
            world.nextJob += 1
            note(.jobStarted)
        } else {
            session.jobs[invocation.id]?.isLive = true
            note(.jobStartedAgain)
        }
        let number = session.jobs[invocation.id]?.number ?? 0
        let job = StartJob(
            number: number, invocation: prefix + invocation.id, source: invocation.source, input: input,
            timeout: invocation.timeout)
        world.effects.append(.startJob(job))
    }
}
