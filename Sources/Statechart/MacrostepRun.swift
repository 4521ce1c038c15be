import JSONValue

/// The working memory of one call of the interpreter for one instance, after W3C SCXML, Appendix D.
struct MacrostepRun {
    let loaded: LoadedChart
    let plan: ChartPlan
    /// Without its context, which is in the scope.
    var snapshot: Snapshot
    /// What expressions read: context, event, active states.
    var scope: Scope
    var hasEnded: Bool
    /// How many charts are around this one.
    var depth = 0
    /// The sessions of imported SCXML that live beside this instance in its tree, as far as the charts around it know.
    var sessionsAround: [String] = []
    /// Internal events; those before ``head`` have been taken.
    var queue: [Event] = []
    var head = 0
    var effects: [Effect] = []
    var guards: [Macrostep.GuardResult] = []
    /// States entered in this macrostep that are still active: their invocations start at its end.
    var statesToInvoke = StateSet()
    /// True once a transition was taken.
    var hasTaken = false
    /// True when the event ended its timer or job, which must be stored even if no transition takes it.
    var hasSettledOrigin = false
    /// What was sent to instances, this one included, and is not handled yet.
    var outgoing: [Message] = []
    /// Children that were cancelled: what they sent counts no more.
    var cancelled: [[String]] = []
    /// What the final state says, for the parent's `done.invoke`.
    var doneData: JSON?
    var microstepsLeft: Int
    let microstepLimit: Int

    init(
        _ loaded: LoadedChart, _ snapshot: Snapshot, _ active: StateSet, _ surroundings: Surroundings,
        _ microstepLimit: Int, hasEnded: Bool = false
    ) {
        self.loaded = loaded
        plan = loaded.chart.plan
        // All fields are set once: to change one of them later would copy the whole run.
        var bare = snapshot
        bare.context = JSONObject()
        self.snapshot = bare
        let session = plan.rules == .scxml ? Self.sessionVariables(snapshot.session, chart: loaded.chart.id) : .null
        scope = Scope(
            context: .object(snapshot.context), event: .null, settings: surroundings.settings, now: surroundings.now,
            active: active, session: session)
        self.hasEnded = hasEnded
        self.microstepLimit = microstepLimit
        microstepsLeft = microstepLimit
    }

    /// Unpacks a configuration and makes sure that it is one of this chart.
    static func restoring(
        _ snapshot: Snapshot, of loaded: LoadedChart, _ surroundings: Surroundings, _ microstepLimit: Int
    ) throws(ChartError) -> MacrostepRun {
        let plan = loaded.chart.plan
        let leaf = snapshot.configuration.count == 1 ? plan.idByPath[snapshot.configuration[0]] : nil
        let active: StateSet
        let hasEnded: Bool
        if let leaf, let alone = plan.alone[leaf] {
            active = alone.active
            hasEnded = alone.hasEnded
        } else {
            active = try plan.legalStates(snapshot.configuration, of: loaded.chart.id)
            hasEnded = plan.isInFinalState(0, active)
        }
        return MacrostepRun(loaded, snapshot, active, surroundings, microstepLimit, hasEnded: hasEnded)
    }

    var rules: Chart.Rules { plan.rules }
    var surroundings: Surroundings { Surroundings(now: scope.now, settings: scope.settings) }

    /// The only atomic state, where there is only one.
    var alone: Int? {
        guard let last = scope.active.last, let alone = plan.alone[last], alone.active == scope.active else {
            return nil
        }
        return last
    }

    private var loneLeaf: ChartPlan.LoneLeaf? {
        if let alone { plan.alone[alone] } else { nil }
    }

    /// Enters the initial configuration.
    mutating func begin(_ context: JSONObject) throws(ChartError) {
        let own = loaded.chart.context
        if rules == .native {
            let whole = own.merging(context)
            // The chart's own context was checked with the chart.
            if !context.isEmpty, let problem = loaded.chart.contextProblem(whole) {
                throw ChartError(.contextSchema, state: "", "the context does not fit its schema: \(problem)")
            }
            scope.context = .object(whole)
        } else {
            // A parameter that names no variable of the chart is left out (W3C SCXML, 6.4.4).
            let known = JSONObject(context.filter { own[$0.key] != nil }.map { ($0.key, $0.value) })
            scope.context = .object(own.merging(known))
            try bindLate(0, except: known)
        }
        var entries = EntrySet(outline: plan.outline) { _ in nil }
        entries.add(0)
        if rules == .scxml { scope.event = .null }
        try enter(entries.ordered, entries.byHistory)
        try complete()
    }

    /// Takes an event from the outside or from another instance.
    mutating func receive(_ event: Event) throws(ChartError) {
        guard !hasEnded else { return }
        bind(event)
        try attendChildren(event)
        try take(event)
        try complete()
    }

    private mutating func take(_ event: Event) throws(ChartError) {
        bind(event)
        switch try selectTransitions(for: event.name) {
        case .none: break
        case .one(let number): try microstep(number)
        case .several(let numbers): try microstep(numbers)
        }
    }

    private mutating func bind(_ event: Event) {
        scope.eventName = event.name
        scope.event = rules == .native ? .object(event.data) : event.record
    }

    /// Eventless transitions and queued events until nothing is enabled, then the invocations.
    mutating func complete() throws(ChartError) {
        while !hasEnded {
            if plan.chains.hasEventless {
                let enabled = try selectTransitions(for: nil)
                if case .one(let number) = enabled {
                    try microstep(number)
                    continue
                }
                if case .several(let numbers) = enabled {
                    try microstep(numbers)
                    continue
                }
            }
            if !queue.isEmpty {
                try spend()
                let event = queue[head]
                head += 1
                if head == queue.count {
                    queue.removeAll(keepingCapacity: true)
                    head = 0
                }
                try take(event)
            } else if !statesToInvoke.isEmpty {
                try startInvocations()
                if queue.isEmpty { break }
            } else {
                break
            }
        }
        if hasEnded { try end() }
    }

    mutating func spend() throws(ChartError) {
        guard microstepsLeft > 0 else {
            throw ChartError(
                .microstepLimit, state: "", "the macrostep did not come to rest within \(microstepLimit) microsteps")
        }
        microstepsLeft -= 1
    }

    /// The snapshot as it is to be stored.
    mutating func pack() -> Snapshot { pack(loneLeaf) }

    private mutating func pack(_ leaf: ChartPlan.LoneLeaf?) -> Snapshot {
        if case .object(let context) = scope.context { snapshot.context = context }
        if let leaf {
            snapshot.configuration = leaf.configuration
        } else {
            snapshot.configuration = scope.active.filter { plan.states[$0].isAtomic }.map { plan.states[$0].path }
        }
        var packed = Snapshot()
        swap(&packed, &snapshot)
        return packed
    }

    /// What came of it. The run is empty afterwards.
    mutating func macrostep(_ outcome: Macrostep.Outcome) -> Macrostep {
        let leaf = loneLeaf
        var waitsForPerson = leaf?.waitsForPerson ?? plan.waitsForPerson(scope.active)
        if !snapshot.children.isEmpty, childWaitsForPerson { waitsForPerson = true }
        return Macrostep(
            outcome: outcome, snapshot: pack(leaf), effects: effects, guards: guards, isFinal: hasEnded,
            waitsForPerson: waitsForPerson, meta: leaf?.meta ?? plan.meta(of: scope.active))
    }

    mutating func unchanged(_ outcome: Macrostep.Outcome, _ snapshot: Snapshot) -> Macrostep {
        var step = macrostep(outcome)
        step.snapshot = snapshot
        step.effects = []
        return step
    }
}

extension ChartPlan {
    func legalStates(_ configuration: [String], of chart: String) throws(ChartError) -> StateSet {
        for path in configuration {
            guard let id = idByPath[path] else {
                throw ChartError(.unknownState, state: path, "the chart '\(chart)' has no state '\(path)'")
            }
            guard states[id].isAtomic else {
                throw ChartError(.unknownState, state: path, "the state '\(path)' has states within it or is a history")
            }
        }
        guard let active = activeStates(configuration), isLegal(active) else {
            let text = configuration.joined(separator: ", ")
            throw ChartError(.unknownState, state: "", "[\(text)] is no configuration of the chart '\(chart)'")
        }
        return active
    }
}
