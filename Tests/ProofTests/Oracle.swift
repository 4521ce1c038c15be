import JSONValue
import Statechart

/// A second interpreter, obvious and slow: Appendix D of W3C SCXML, procedure by procedure under its own names, with
/// what this project adds (timers, jobs, limits, reports). It shares the chart's model with the interpreter that it
/// judges, and none of its code. One object is one instance of a chart; those that it invokes are its children.
final class Oracle {
    let chart: Chart
    let world: OracleWorld
    private(set) weak var parent: Oracle?
    /// The invocation that this instance is; empty at the top.
    let name: String
    var session: OracleSession
    var children: [String: Oracle] = [:]
    /// `_event`: none before the first.
    var event: Event?
    var internalQueue: [Event] = []
    var statesToInvoke = OrderedSet<Int>()
    private var wasCancelled = false
    var doneData: JSON?
    /// `_name`, `_sessionid`, `_ioprocessors`.
    private(set) lazy var sessionVariables: JSON = {
        let here: JSON = ["location": .string("#_scxml_" + session.id)]
        return [
            "_sessionid": .string(session.id), "_name": .string(chart.id),
            "_ioprocessors": ["scxml": here, Self.processor: here],
        ]
    }()

    /// A transition by its state and its place among that state's transitions.
    struct Arc: Hashable, Sendable {
        var source: Int
        var index: Int
    }

    var states: [State] { chart.states }
    var isNative: Bool { chart.rules == .native }

    init(_ chart: Chart, _ world: OracleWorld, parent: Oracle? = nil, name: String = "", session: OracleSession) {
        self.chart = chart
        self.world = world
        self.parent = parent
        self.name = name
        self.session = session
    }

    /// The procedure `interpret` up to the first wait for an event.
    func start(_ given: JSONObject) throws(ChartError) {
        session.context = chart.context
        for (name, value) in given where isNative || chart.context[name] != nil { session.context[name] = value }
        if isNative, !given.isEmpty, chart.contextProblem(session.context) != nil {
            note(.contextProblem)
            throw ChartError(.contextSchema, state: "", "")
        }
        if !isNative { initializeData(0, except: given) }
        var entry = EntrySet()
        addDescendantStatesToEnter(0, .everything, &entry)
        try enterStates(entry)
        try runToStability()
    }

    /// One event from the external queue, and all that follows until the next wait: the outer loop of `mainEventLoop`.
    func handle(_ external: Event) throws(ChartError) {
        guard isRunning else { return }
        event = external
        try attendInvocations(external)
        let enabled = try selectTransitions(external.name)
        if !enabled.isEmpty { try microstep(enabled) }
        try runToStability()
    }

    private func runToStability() throws(ChartError) {
        while isRunning {
            try completeMacrostep()
            guard isRunning else { break }
            try invokeAll()
            if internalQueue.isEmpty { break }
            note(.eventAfterInvoke)
        }
        if !isRunning { try exitInterpreter() }
    }

    /// The inner loop of `mainEventLoop`: eventless transitions first, then internal events.
    private func completeMacrostep() throws(ChartError) {
        var isDone = false
        while isRunning, !isDone {
            var enabled = try selectTransitions(nil)
            if !enabled.isEmpty {
                note(.eventless)
            } else if internalQueue.isEmpty {
                isDone = true
            } else {
                try world.countMicrostep()
                let next = internalQueue.removeFirst()
                event = next
                note(.internalEvent)
                enabled = try selectTransitions(next.name)
            }
            if !enabled.isEmpty { try microstep(enabled) }
        }
    }

    /// False when a final state of the top is active; a parallel root has ended when all its regions have.
    var isRunning: Bool { !(session.configuration.isMember(0) && isInFinalState(0)) }

    /// The states are left for good, and nothing is waited for; the configuration that was reached is what is reported.
    func exitInterpreter() throws(ChartError) {
        note(.ended)
        let configuration = session.configuration
        for state in configuration.list.sorted(by: >) {
            try executeContent(states[state].exit, in: state)
            try stopWaiting(state)
            session.configuration.delete(state)
        }
        session.configuration = configuration
        for name in session.sends.keys.sorted() { clearTimer(name) }
        session.sends = [:]
        internalQueue = []
        guard let parent, !wasCancelled else { return }
        parent.children[name] = nil
        note(.childDone)
        parent.send(parent.childDone(name, doneData), to: .instance(parent), from: self)
    }

    /// The exit actions of a cancelled instance see no event: what it heard last is not kept between two macrosteps.
    func cancel() throws(ChartError) {
        note(.childCancelled)
        wasCancelled = true
        event = nil
        if isRunning { try exitInterpreter() }
    }

    /// The same instance with all within it, to go on from where this one stands.
    func copy(_ world: OracleWorld, parent: Oracle? = nil) -> Oracle {
        let copy = Oracle(chart, world, parent: parent, name: name, session: session)
        for (name, child) in children { copy.children[name] = child.copy(world, parent: copy) }
        return copy
    }

    var isCancelled: Bool { wasCancelled || parent?.isCancelled ?? false }

    func note(_ feature: Coverage.Feature) { world.coverage.note(feature) }
}
