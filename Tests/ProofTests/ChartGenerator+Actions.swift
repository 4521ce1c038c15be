import JSONValue
import Statechart

/// The expressions and actions of a random chart.
extension ChartGenerator {
    // MARK: Expressions

    mutating func condition() -> Expression {
        var formula: Formula
        switch random.weighted([60, 40, 40, 16, 8, 10, 1, 1]) {
        case 0: formula = .less(random.below(4), 1 + random.below(4))
        case 1: formula = .equal(random.below(4), random.below(5))
        case 2: formula = .active(random.below(states.count))
        case 3: formula = .eventIs(random.pick(Self.externalNames))
        case 4: formula = .eventNumberIs(random.below(4))
        case 5: formula = .constant(random.chance(50))
        case 6: formula = .number(1)
        default: formula = .failing
        }
        let isBoolean = if case .number = formula { false } else { true }
        if isBoolean, random.chance(20) { formula = .not(formula) }
        return formula.expression(withPredicate: isBoolean && random.chance(50))
    }

    mutating func number() -> Expression {
        switch random.weighted([90, 90, 90, 5, rules == .native ? 1 : 12]) {
        case 0: Formula.number(random.below(5)).expression()
        case 1: Formula.variable(random.below(4)).expression()
        case 2: Formula.sum(random.below(4), 1 + random.below(4)).expression()
        case 3: Formula.eventNumber.expression()
        default: Formula.failing.expression()
        }
    }

    mutating func assignment() -> Assignment { Assignment(name: random.pick(Formula.names), value: number()) }

    /// Now and then a member that may not be 4.
    private mutating func patch() -> Assignment {
        var patch = assignment()
        if rules == .native, random.chance(2) { patch.problem = { $0 == 4 ? "too much" : nil } }
        return patch
    }

    // MARK: Actions

    /// Executable content: imported SCXML's stands in a block.
    mutating func content() -> [Action] {
        let actions = (0...random.weighted([6, 3, 1])).map { _ in action(nesting: 0) }
        return rules == .scxml ? [.block(actions)] : actions
    }

    private mutating func action(nesting: Int) -> Action {
        let imported = rules == .scxml ? [20, nesting < 2 ? 10 : 0, nesting < 2 ? 5 : 0, 2] : [0, 0, 0, 0]
        switch random.weighted([30, 10, 8, 18, 12, 11, 4] + imported) {
        case 0: return .assign((0...random.below(2)).map { _ in patch() })
        case 1:
            let name = random.pick(random.chance(25) ? Self.externalNames : Self.raisedNames)
            return .raise(event: name, data: payload())
        case 2:
            let timers = states.flatMap(\.timers)
            return .cancel(timer: timers.isEmpty ? "none" : random.pick(timers).name)
        case 3:
            let value = random.chance(50) ? number() : Formula.event.expression()
            return .log(value, label: random.chance(20) ? "label" : nil)
        case 4: return .named("do", parameters: random.chance(50) ? [assignment()] : [])
        case 5: return .send(send())
        case 6: return .cancelSend(id: Formula.word(random.pick(Self.sendIDs)).expression())
        case 7: return .set(location(), number())
        case 8: return .choose((0...random.below(2)).map { _ in branch(nesting: nesting) })
        case 9: return .forEach(loop(nesting: nesting))
        default: return .fail("it fails")
        }
    }

    private mutating func payload() -> [Assignment] {
        random.chance(60) ? [Assignment(name: "n", value: number())] : []
    }

    private mutating func location() -> Location {
        Location(random.pick(Formula.names + Formula.names + ["v0.inner", "_event", "nowhere", "3"]))
    }

    private mutating func branch(nesting: Int) -> Action.Branch {
        let actions = (0...random.below(2)).map { _ in action(nesting: nesting + 1) }
        return Action.Branch(condition: random.chance(75) ? condition() : nil, actions: actions)
    }

    private mutating func loop(nesting: Int) -> Action.ForEach {
        let array: Formula = random.chance(90) ? .list(Array(0..<random.below(4))) : .number(7)
        return Action.ForEach(
            array: array.expression(), item: Location(random.pick(Formula.names + ["item", "_event", "no way"])),
            index: random.chance(50) ? Location("index") : nil, actions: [action(nesting: nesting + 1)])
    }

    // MARK: Sending

    static let sendIDs = ["x", "y"]

    private mutating func send() -> Send {
        var made = Send(event: Formula.word(random.pick(Self.raisedNames + ["a.x", "b"])).expression())
        made.target = target()
        if random.chance(40) { made.id = Formula.word(random.pick(Self.sendIDs)).expression() }
        if random.chance(60) { made.delay = delay() }
        made.parameters = payload()
        if random.chance(8) { made.parameters += payload() }
        if random.chance(10) { made.content = number() }
        if random.chance(10) { made.type = Formula.word("scxml").expression() }
        guard rules == .scxml else { return made }
        if random.chance(4) { made.type = Formula.word("pigeon").expression() }
        if random.chance(8) { made.idLocation = location() }
        if random.chance(2) { made.event = nil }
        return made
    }

    private mutating func target() -> Expression? {
        let invocations = states.flatMap(\.invocations).map(\.id)
        let isImported = rules == .scxml
        let toChildren = invocations.isEmpty ? 0 : isImported ? 25 : 3
        switch random.weighted([40, 10, depth > 0 ? 60 : isImported ? 2 : 0, toChildren, isImported ? 14 : 0]) {
        case 0: return nil
        case 1: return Formula.word("#_internal").expression()
        case 2: return Formula.word("#_parent").expression()
        case 3: return Formula.word("#_" + random.pick(invocations)).expression()
        default:
            let formulas: [Formula] = [.word("#_scxml_top"), .word("#_scxml_nobody"), .word("bogus"), .eventOrigin]
            return random.pick(formulas).expression()
        }
    }

    private mutating func delay() -> SendDelay {
        switch random.below(4) {
        case 0: .computed(Formula.word(random.pick(["0s", "1.5s", "20ms", "soon"])).expression())
        case 1: .fixed(.named("d0"))
        default: .fixed(.fixed(.seconds(random.below(4))))
        }
    }
}
