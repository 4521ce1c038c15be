import JSONValue

/// The working memory of one macrostep, after W3C SCXML, Appendix D. Lives as long as one call of the interpreter.
struct MacrostepRun {
    let chart: Chart
    let surroundings: Surroundings
    let before: Snapshot
    var snapshot: Snapshot
    var active: [Bool]
    /// The event that is being handled, as expressions see it.
    var event: Event
    var queue: [Event] = []
    var effects: [Effect] = []
    var guards: [Macrostep.GuardResult] = []
    /// States entered in this macrostep that are still active: their invocations start at its end.
    var statesToInvoke: Set<Int> = []
    /// True once a transition was taken.
    var hasTaken = false
    /// True when the event ended its timer or job, which must be stored even if no transition takes it.
    var hasSettledOrigin = false
    var isContextChanged = false
    private var microstepsLeft: Int
    private let microstepLimit: Int

    init(
        chart: Chart, snapshot: Snapshot, active: [Bool], event: Event, surroundings: Surroundings, microstepLimit: Int
    ) {
        self.chart = chart
        self.surroundings = surroundings
        self.before = snapshot
        self.snapshot = snapshot
        self.active = active
        self.event = event
        self.microstepLimit = microstepLimit
        microstepsLeft = microstepLimit
    }

    var scope: Scope {
        Scope(
            context: .object(snapshot.context), event: .object(event.data), eventName: event.name,
            settings: surroundings.settings, now: surroundings.now, active: active)
    }

    /// True when a final state directly below the root is active, or all regions of a parallel root are done.
    var hasEnded: Bool { active.first == true && isInFinalState(0) }

    /// Decides whether the event's timer or job still counts, and settles it before any transition is looked for.
    mutating func acceptOrigin(of event: Event) -> Bool {
        switch event.origin {
        case .external: return true
        case .timer(let name, let occurrence):
            guard snapshot.timers[name] == occurrence else { return false }
            snapshot.timers[name] = nil
            effects.append(.clearTimer(name: name, occurrence: occurrence))
            hasSettledOrigin = true
        case .job(let number, let isTerminal):
            let live = snapshot.jobs.first { $0.value.number == number && $0.value.isLive }
            guard let invocation = live?.key else { return false }
            if isTerminal {
                snapshot.jobs[invocation]?.isLive = false
                hasSettledOrigin = true
            }
        }
        return true
    }

    mutating func take(_ event: Event) throws(ChartError) {
        self.event = event
        let enabled = try selectTransitions(for: event.name)
        if !enabled.isEmpty { try microstep(enabled) }
    }

    /// Eventless transitions and queued events until nothing is enabled, then the invocations.
    mutating func complete() throws(ChartError) {
        while !hasEnded {
            let eventless = try selectTransitions(for: nil)
            if !eventless.isEmpty {
                try microstep(eventless)
            } else if !queue.isEmpty {
                try spend()
                try take(queue.removeFirst())
            } else {
                break
            }
        }
        if hasEnded { stopWaiting() } else { try startInvocations() }
        if isContextChanged, let problem = chart.contextProblem(snapshot.context) {
            throw ChartError(.contextSchema, state: "", "the context does not fit its schema: \(problem)")
        }
    }

    private mutating func microstep(_ transitions: [TransitionReference]) throws(ChartError) {
        try spend()
        hasTaken = true
        try leave(exitSet(of: transitions))
        for reference in transitions {
            try run(chart[reference].actions, in: reference.state)
        }
        try enterStates(for: transitions)
    }

    private mutating func spend() throws(ChartError) {
        guard microstepsLeft > 0 else {
            throw ChartError(
                .microstepLimit, state: "", "the macrostep did not come to rest within \(microstepLimit) microsteps")
        }
        microstepsLeft -= 1
    }

    func macrostep(_ outcome: Macrostep.Outcome) -> Macrostep {
        var result = outcome == .taken ? snapshot : before
        if outcome == .taken {
            result.configuration = chart.shape.leaves.filter { active[$0] }.map { chart.states[$0].path }
        }
        return Macrostep(
            outcome: outcome, snapshot: result, effects: outcome == .taken ? effects : [], guards: guards,
            isFinal: hasEnded, waitsForPerson: chart.waitsForPerson(active), meta: chart.meta(of: active))
    }
}

/// A transition by its place in the chart.
struct TransitionReference: Hashable {
    var state: Int
    var index: Int
}

extension Chart {
    subscript(reference: TransitionReference) -> Transition { states[reference.state].transitions[reference.index] }
}
