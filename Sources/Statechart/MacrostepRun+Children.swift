import JSONValue

/// Invocations: jobs for endpoints, and instances of other charts within this one.
extension MacrostepRun {
    /// Charts may invoke charts to this depth.
    static let depthLimit = 8

    /// Starts the invocations of the states that were entered in this macrostep and are still active (W3C test 422).
    mutating func startInvocations() throws(ChartError) {
        let states = statesToInvoke
        statesToInvoke = StateSet()
        for id in states {
            for invocation in plan.states[id].invocations {
                do {
                    try start(invocation, of: id)
                } catch {
                    let isOwn = error.code == .expression || error.code == .communication
                    guard rules == .scxml, isOwn else { throw error }
                    raise(error)
                }
            }
        }
    }

    private mutating func start(_ invocation: Invocation, of state: Int) throws(ChartError) {
        if let location = invocation.idLocation { try set(location, .string(invocation.id), in: state) }
        let input = try values(of: invocation.input, in: state, as: "input")
        switch invocation.work {
        case .job: startJob(invocation, input)
        case .chart(let name): try startChild(invocation.id, .string(name), input, in: state)
        case .computed(let expression):
            try startChild(invocation.id, try evaluate(expression, in: state, as: "chart"), input, in: state)
        case .nothing(let reason): throw ChartError(.expression, state: plan.states[state].path, reason)
        }
    }

    /// A job that is started once more keeps its number, so that its attempts go on counting.
    private mutating func startJob(_ invocation: Invocation, _ input: JSONObject) {
        let number = snapshot.jobs[invocation.id]?.number ?? snapshot.nextJob
        if number == snapshot.nextJob { snapshot.nextJob += 1 }
        snapshot.jobs[invocation.id] = Snapshot.Job(number: number, isLive: true)
        effects.append(
            .startJob(
                StartJob(
                    number: number, invocation: invocation.id, source: invocation.source, input: input,
                    timeout: invocation.timeout)))
    }

    private mutating func startChild(
        _ name: String, _ chart: JSON, _ input: JSONObject, in state: Int
    ) throws(ChartError) {
        guard let child = self.chart(chart) else {
            throw ChartError(.communication, state: plan.states[state].path, "there is no chart '\(chart.text)'")
        }
        guard depth < Self.depthLimit else {
            throw ChartError(
                .expression, state: plan.states[state].path,
                "charts invoke charts at most \(Self.depthLimit) levels deep")
        }
        var blank = Snapshot()
        if child.rules == .scxml { blank.session = "\(snapshot.session).\(name).\(nextChild())" }
        var run = MacrostepRun(LoadedChart(child), blank, StateSet(), surroundings, microstepLimit)
        lend(to: &run)
        snapshot.children[name] = Snapshot.Child(chart: chart, snapshot: blank)
        do {
            try run.begin(input)
        } catch {
            // What the child spent is spent, also where its failure is an event to its parent.
            microstepsLeft = run.microstepsLeft
            snapshot.children[name] = nil
            throw error
        }
        absorb(run, name)
    }

    private mutating func nextChild() -> Int {
        snapshot.sendCount += 1
        return snapshot.sendCount
    }

    private func chart(_ name: JSON) -> Chart? { loaded.chart.child(name) }

    /// Lets a child run: with this instance's counters, so that numbers are unique in the tree.
    mutating func withChild<Result>(
        _ name: String, _ body: (inout MacrostepRun) throws(ChartError) -> Result
    ) throws(ChartError) -> Result? {
        guard let child = snapshot.children[name] else { return nil }
        guard let chart = chart(child.chart) else {
            throw ChartError(.unknownState, state: "", "the chart '\(child.chart.text)' of '\(name)' is not there")
        }
        var run = try MacrostepRun.restoring(child.snapshot, of: LoadedChart(chart), surroundings, microstepLimit)
        lend(to: &run)
        let result: Result
        do {
            result = try body(&run)
        } catch {
            microstepsLeft = run.microstepsLeft
            throw error
        }
        absorb(run, name)
        return result
    }

    private func lend(to run: inout MacrostepRun) {
        run.depth = depth + 1
        if rules == .scxml { run.sessionsAround = sessionsAround + [snapshot.session] + snapshot.children.sessions }
        run.microstepsLeft = microstepsLeft
        run.snapshot.nextJob = snapshot.nextJob
        run.snapshot.timerCount = snapshot.timerCount
    }

    /// Takes over what a child did and what it sent.
    private mutating func absorb(_ finished: MacrostepRun, _ name: String) {
        var run = finished
        microstepsLeft = run.microstepsLeft
        snapshot.nextJob = run.snapshot.nextJob
        snapshot.timerCount = run.snapshot.timerCount
        hasTaken = hasTaken || run.hasTaken
        hasSettledOrigin = hasSettledOrigin || run.hasSettledOrigin
        for effect in run.effects { add(effect.prefixed(name)) }
        guards += run.guards.map {
            Macrostep.GuardResult(state: "\(name)!\($0.state)", guardText: $0.guardText, isTrue: $0.isTrue)
        }
        cancelled += run.cancelled.map { [name] + $0 }
        outgoing += run.outgoing.map { $0.fromChild(name) }
        if run.hasEnded {
            snapshot.children[name] = nil
            outgoing.append(Message(destination: .path([]), sender: [name], event: doneInvoke(name, run.doneData)))
        } else {
            var packed = run.pack()
            (packed.nextJob, packed.timerCount) = (1, 0)
            snapshot.children[name]?.snapshot = packed
        }
    }

    /// A child's timer that was set in an earlier event of this same macrostep was never set for the outside.
    private mutating func add(_ effect: Effect) {
        guard case .clearTimer(let name, let occurrence) = effect, let setting = setting(of: name, occurrence) else {
            return effects.append(effect)
        }
        effects.remove(at: setting)
    }

    private func doneInvoke(_ name: String, _ output: JSON?) -> Event {
        guard rules == .scxml else { return Event("done.invoke.\(name)", data: output?.object ?? [:]) }
        var event = done("done.invoke.\(name)", output)
        event.envelope?.kind = .external
        event.envelope?.invokeID = name
        return event
    }

    /// A state that is left cancels its children: their exit actions run, and nothing that they sent counts any more.
    mutating func cancelChild(_ name: String) throws(ChartError) {
        guard snapshot.children[name] != nil else { return }
        let sent = outgoing
        _ = try withChild(name) { run throws(ChartError) in
            if !run.hasEnded { try run.end() }
            run.hasEnded = false
        }
        snapshot.children[name] = nil
        outgoing = sent.filter { message in
            if case .path(let path) = message.destination, path.first == name { return false }
            return message.sender.first != name
        }
        cancelled.append([name])
    }

    /// Before transitions are looked for: the `finalize` of the sender, and what is passed on to children.
    mutating func attendChildren(_ event: Event) throws(ChartError) {
        guard !snapshot.children.isEmpty || event.envelope?.invokeID != nil else { return }
        for id in scope.active {
            for invocation in plan.states[id].invocations {
                if invocation.id == event.envelope?.invokeID { try run(invocation.finalize, in: id) }
                if invocation.autoforward, snapshot.children[invocation.id] != nil {
                    outgoing.append(Message(destination: .path([invocation.id]), sender: [], event: event))
                }
            }
        }
    }

    var childWaitsForPerson: Bool { loaded.chart.hasChildThatWaitsForPerson(in: snapshot) }
}

extension Chart {
    fileprivate func child(_ name: JSON) -> Chart? { name.string.flatMap { children[$0] } ?? findChild(name) }

    fileprivate func hasChildThatWaitsForPerson(in snapshot: Snapshot) -> Bool {
        snapshot.children.contains { _, child in
            guard let chart = self.child(child.chart) else { return false }
            return chart.waitsForPerson(in: child.snapshot.configuration)
                || chart.hasChildThatWaitsForPerson(in: child.snapshot)
        }
    }
}

extension Effect {
    /// A child's effect, with its names as the whole instance knows them.
    fileprivate func prefixed(_ child: String) -> Effect {
        switch self {
        case .startJob(var start):
            start.invocation = "\(child)!\(start.invocation)"
            return .startJob(start)
        case .cancelJob(let number, let invocation):
            return .cancelJob(number: number, invocation: "\(child)!\(invocation)")
        case .setTimer(let name, let occurrence, let delay):
            return .setTimer(name: "\(child)!\(name)", occurrence: occurrence, delay: delay)
        case .clearTimer(let name, let occurrence):
            return .clearTimer(name: "\(child)!\(name)", occurrence: occurrence)
        case .action, .log: return self
        }
    }
}
