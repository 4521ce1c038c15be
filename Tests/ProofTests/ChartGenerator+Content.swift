import JSONValue
import Statechart

/// What the states of a random chart do.
extension ChartGenerator {
    mutating func addWaiting(to id: Int) {
        guard states[id].kind != .final, !states[id].isHistory else { return }
        for number in 0..<(random.chance(12) ? 1 + random.below(2) : 0) {
            let delay: Delay = random.chance(70) ? .fixed(.seconds(1 + random.below(5))) : .named("d\(number)")
            states[id].timers.append(After(name: "\(states[id].path)/\(number)", delay: delay))
        }
        for number in 0..<(random.chance(15) ? 1 + random.below(2) : 0) {
            states[id].invocations.append(invocation("i\(id)_\(number)"))
        }
    }

    private mutating func invocation(_ id: String) -> Invocation {
        var made = Invocation(
            id: id, source: "work", input: random.chance(50) ? [assignment()] : [], timeout: .named("patience"))
        switch random.weighted(depth < 2 ? [50, 35, 10, 3, 2] : [95, 0, 0, 3, 2]) {
        case 1: made.work = .chart("kid")
        case 2:
            made.work = .computed(Formula.word(rules == .native || random.chance(80) ? "found" : "lost").expression())
        case 3 where rules == .scxml: made.work = .nothing("no such type")
        case 4 where rules == .scxml: made.work = .chart("lost")
        default: break
        }
        if rules == .scxml, random.chance(10) { made.idLocation = Location(random.chance(80) ? "v3" : "nowhere") }
        made.autoforward = random.chance(15)
        if random.chance(30) { made.finalize = content() }
        return made
    }

    func namesWithin() -> [String] {
        var names = ["i", "done", "done.invoke", "error", "error.execution", "error.communication"]
        for state in states {
            if state.kind == .compound || state.kind == .parallel { names.append("done.state.\(state.path)") }
            names += state.timers.map { "timer.\($0.name)" }
            names += state.invocations.flatMap { ["done.invoke.\($0.id)", "error.invoke.\($0.id)"] }
        }
        return names
    }

    mutating func addContent(to id: Int) {
        let state = states[id]
        if !state.children.isEmpty || state.isHistory, random.chance(25) { states[id].initialActions = content() }
        guard !state.isHistory else { return }
        if random.chance(30) { states[id].entry = random.chance(20) ? content() + content() : content() }
        if random.chance(30) { states[id].exit = content() }
        if random.chance(20) {
            states[id].meta = ["waiting": random.chance(50) ? "person" : "machine", "k": .int(Int64(id))]
        }
        if rules == .scxml, random.chance(id == 0 ? 30 : 8) {
            states[id].lateData = (0...random.below(2)).map { _ in assignment() }
        }
        guard state.kind != .final else { return addOutput(to: id) }
        guard id > 0 || rules == .native else { return }
        for _ in 0..<random.weighted(id == 0 ? [5, 3, 1] : [2, 3, 3, 2, 1]) {
            states[id].transitions.append(transition(from: id))
        }
    }

    private mutating func addOutput(to id: Int) {
        if random.chance(50) { states[id].output = [Assignment(name: "n", value: number())] }
        if rules == .scxml, random.chance(20) { states[id].outputContent = number() }
    }

    // MARK: Transitions

    private mutating func transition(from id: Int) -> Transition {
        let isEventless = random.chance(8)
        let descriptors = isEventless ? [] : (0...random.weighted([7, 2, 1])).map { _ in descriptor(near: id) }
        var made = Transition(
            events: descriptors, condition: random.chance(isEventless ? 97 : 40) ? condition() : nil,
            targets: transitionTargets(from: id), isReentering: random.chance(rules == .native ? 30 : 70),
            actions: random.chance(40) ? content() : [])
        if isEventless, random.chance(80) { makeFinite(&made) }
        return made
    }

    /// Lets an eventless transition come to an end: it makes its own guard false.
    private mutating func makeFinite(_ transition: inout Transition) {
        let variable = random.below(4)
        let bound = random.below(4)
        transition.condition = Formula.less(variable, bound).expression()
        let value = Formula.number(bound + random.below(2)).expression()
        transition.actions.append(.assign([Assignment(name: Formula.names[variable], value: value)]))
    }

    private mutating func transitionTargets(from id: Int) -> [Int] {
        switch random.weighted([15, 32, 16, 18, 19]) {
        case 0: []
        case 1: [1 + random.below(states.count - 1)]
        case 2: [random.pick(histories(near: id))]
        case 3: states[id].children.isEmpty ? [id == 0 ? 1 : id] : targets(within: id)
        default: targets(within: 0)
        }
    }

    /// Histories of the states around one, else any, else any state.
    private mutating func histories(near id: Int) -> [Int] {
        let all = states.indices.filter { states[$0].isHistory }
        let around = all.filter { history in
            states[history].parent.map { $0 <= id && id < states[$0].end } ?? false
        }
        if !around.isEmpty, random.chance(75) { return around }
        return all.isEmpty ? Array(1..<states.count) : all
    }

    private mutating func descriptor(near id: Int) -> EventDescriptor {
        let state = states[id]
        let own =
            state.timers.map { "timer.\($0.name)" } + state.invocations.map { "done.invoke.\($0.id)" }
            + (state.children.isEmpty ? [] : ["done.state.\(state.path)"])
        if random.chance(3) { return .any }
        var name = random.pick(random.chance(85) ? Self.externalNames : Self.raisedNames)
        if !own.isEmpty, random.chance(40) {
            name = random.pick(own)
        } else if random.chance(20) {
            name = random.pick(innerNames)
        }
        return random.chance(rules == .native ? 25 : 70) ? .prefix(name) : .exact(name)
    }
}
