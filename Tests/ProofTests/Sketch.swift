import JSONValue
import Statechart

/// A state written down in a test, with all below it; targets are given by key.
struct Sketch {
    struct Arc {
        var events: [String]
        var targets: [String] = []
        var condition: Formula?
        var isReentering = false
        var actions: [Action] = []
    }

    var key: String
    var kind = State.Kind.atomic
    var initial: [String] = []
    var initialActions: [Action] = []
    var arcs: [Arc] = []
    var entry: [Action] = []
    var exit: [Action] = []
    var invocations: [Invocation] = []
    var timers: [String] = []
    var meta: JSONObject = [:]
    var within: [Sketch] = []

    func chart(
        _ rules: Chart.Rules = .native, context: JSONObject = [:], children: [String: Chart] = [:]
    ) -> Chart {
        var states: [State] = []
        var sketches: [Sketch] = []
        place(below: nil, &states, &sketches)
        let ids = Dictionary(uniqueKeysWithValues: states.map { ($0.key, $0.id) })
        for id in states.indices { sketches[id].fill(&states[id], ids) }
        return Chart(id: "sketch", states: states, context: context, rules: rules, children: children)
    }

    private func place(below parent: Int?, _ states: inout [State], _ sketches: inout [Sketch]) {
        let id = states.count
        let above = parent.map { states[$0].path } ?? ""
        let path = parent == nil ? "" : above.isEmpty ? key : above + "." + key
        states.append(State(id: id, key: key, path: path, parent: parent, kind: kind))
        sketches.append(self)
        if let parent { states[parent].children.append(id) }
        for sketch in within { sketch.place(below: id, &states, &sketches) }
        states[id].end = states.count
    }

    private func fill(_ state: inout State, _ ids: [String: Int]) {
        state.initial = initial.compactMap { ids[$0] }
        state.initialActions = initialActions
        state.entry = entry
        state.exit = exit
        state.invocations = invocations
        state.timers = timers.map { After(name: $0, delay: .named("soon")) }
        state.meta = meta
        state.transitions = arcs.map { arc in
            Transition(
                events: arc.events.map(EventDescriptor.init), condition: arc.condition?.expression(),
                targets: arc.targets.compactMap { ids[$0] }, isReentering: arc.isReentering, actions: arc.actions)
        }
    }
}

/// An instance of a chart that a test drives.
struct SketchRun {
    let interpreter: Interpreter
    private(set) var last: Macrostep

    init(_ chart: Chart) throws {
        interpreter = Interpreter(chart: chart, microstepLimit: 50)
        last = try interpreter.start(session: "top", surroundings: Duel.surroundings)
    }

    /// Takes an event by way of the snapshot's stored form; returns the configuration.
    @discardableResult
    mutating func send(_ event: Event) throws -> [String] {
        let memory = try JSON.parse(last.snapshot.memory.text)
        let stored = Snapshot(
            configuration: last.snapshot.configuration, context: last.snapshot.context, memory: memory)
        last = try interpreter.step(stored ?? last.snapshot, event, surroundings: Duel.surroundings)
        return last.snapshot.configuration
    }

    @discardableResult
    mutating func send(_ name: String, _ data: JSONObject = [:]) throws -> [String] {
        try send(Event(name, data: data))
    }

    @discardableResult
    mutating func fire(_ timer: String) throws -> [String] {
        try send(.timer(timer, occurrence: last.snapshot.timers[timer] ?? 0))
    }

    var lines: [String] { last.effects.compactMap { if case .log(let line) = $0 { line } else { nil } } }
}
