import JSONValue
import Statechart

/// Makes a random chart from a seed: first the tree, then where it goes by default, then what it does.
struct ChartGenerator {
    var random: RandomSource
    let rules: Chart.Rules
    var states: [State] = []
    private let limit: Int
    /// Names that transitions listen to beside the external ones: done events, jobs, timers.
    var innerNames: [String] = []

    static let externalNames = ["a", "a.x", "a.x.y", "ab", "b", "b.x", "c", "d"]
    static let raisedNames = ["r", "r.x", "q", "q.x.y"]

    /// How many charts are around this one.
    let depth: Int

    init(seed: UInt64, rules: Chart.Rules, depth: Int = 0) {
        random = RandomSource(seed: seed)
        self.rules = rules
        self.depth = depth
        let bound = depth > 0 ? 5 : random.chance(1) ? 160 : random.chance(30) ? 38 : 14
        limit = 3 + random.below(bound)
    }

    mutating func chart() -> Chart {
        let isParallel = rules == .native && random.chance(10)
        grow(isParallel ? .parallel : .compound, below: nil, depth: 0)
        for id in states.indices { setDefaults(of: id) }
        for id in states.indices { addWaiting(to: id) }
        innerNames = namesWithin()
        for id in states.indices { addContent(to: id) }
        let children = children()
        var context = JSONObject()
        for name in Formula.names { context[name] = isLate(name) ? .null : .int(Int64(random.below(5))) }
        let isFussy = random.chance(5)
        return Chart(
            id: "random", states: states, context: context,
            contextProblem: { context in isFussy && context["v3"] == 4 && context["v2"] == 4 ? "too much" : nil },
            rules: rules, children: children.filter { $0.key == "kid" },
            findChild: { key in key == "found" ? children["found"] : nil })
    }

    /// The charts that the invocations name.
    private mutating func children() -> [String: Chart] {
        let works = states.flatMap(\.invocations).map(\.work)
        var made: [String: Chart] = [:]
        if works.contains(where: { if case .chart = $0 { true } else { false } }) { made["kid"] = child() }
        if works.contains(where: { if case .computed = $0 { true } else { false } }) { made["found"] = child() }
        return made
    }

    private mutating func child() -> Chart {
        let other: Chart.Rules = rules == .native ? .scxml : .native
        let childRules = rules == .native && random.chance(20) ? other : rules
        var generator = ChartGenerator(seed: random.next(), rules: childRules, depth: depth + 1)
        return generator.chart()
    }

    /// Late data are null until their state is entered.
    private func isLate(_ name: String) -> Bool { states.contains { $0.lateData.contains { $0.name == name } } }

    // MARK: The tree

    private mutating func grow(_ kind: State.Kind, below parent: Int?, depth: Int) {
        let id = states.count
        let key = (kind.isHistory ? "h" : kind == .final ? "f" : kind == .parallel ? "p" : "s") + "\(id)"
        let above = parent.map { states[$0].path } ?? ""
        let path = parent == nil ? "" : above.isEmpty ? key : above + "." + key
        states.append(State(id: id, key: key, path: path, parent: parent, kind: kind))
        if let parent { states[parent].children.append(id) }
        for child in childKinds(of: kind, depth: depth) { grow(child, below: id, depth: depth + 1) }
        states[id].end = states.count
    }

    private mutating func childKinds(of kind: State.Kind, depth: Int) -> [State.Kind] {
        guard kind == .compound || kind == .parallel else { return [] }
        let count = kind == .parallel ? 1 + random.weighted([1, 6, 3]) : 1 + random.below(4)
        var kinds: [State.Kind] = []
        for _ in 0..<count { kinds.append(childKind(of: kind, depth: depth)) }
        if kinds.allSatisfy({ $0 == .final }) { kinds.append(.atomic) }
        if random.chance(25) { kinds.append(.history(isDeep: false)) }
        if random.chance(25) { kinds.append(.history(isDeep: true)) }
        return random.shuffled(kinds)
    }

    private mutating func childKind(of parent: State.Kind, depth: Int) -> State.Kind {
        let isFull = depth > 4 || states.count >= limit
        if parent == .parallel {
            return isFull ? .atomic : [.atomic, .compound, .parallel][random.weighted([20, 65, 15])]
        }
        if isFull { return random.chance(75) ? .atomic : .final }
        return [.atomic, .compound, .parallel, .final][random.weighted([40, 30, 16, 14])]
    }

    // MARK: Where it goes by default

    private mutating func setDefaults(of id: Int) {
        switch states[id].kind {
        case .compound:
            states[id].initial = random.chance(55) ? [random.pick(regions(of: id))] : targets(within: id)
        case .history(let isDeep):
            guard let parent = states[id].parent else { return }
            states[id].initial = isDeep ? deepDefault(within: parent) : shallowTargets(within: parent)
        case .atomic, .parallel, .final: break
        }
    }

    /// Often one state far below alone, which then lies within the domain of many a transition.
    private mutating func deepDefault(within parent: Int) -> [Int] {
        let below = (parent + 1..<states[parent].end).filter { !states[$0].isHistory && states[$0].children.isEmpty }
        return random.chance(40) ? [random.pick(below)] : deepTargets(within: parent)
    }

    func regions(of id: Int) -> [Int] { states[id].children.filter { !states[$0].isHistory } }

    private mutating func shallowTargets(within parent: Int) -> [Int] {
        let regions = regions(of: parent)
        if states[parent].kind == .compound { return [random.pick(regions)] }
        return Array(random.shuffled(regions).prefix(1 + random.below(regions.count)))
    }

    private mutating func deepTargets(within parent: Int) -> [Int] {
        let regions = shallowTargets(within: parent)
        return regions.flatMap { targets(at: $0) }
    }

    /// States below a state that can be entered together: a history of it, or something in one child or some regions.
    mutating func targets(within id: Int) -> [Int] {
        let histories = states[id].children.filter { states[$0].isHistory }
        if !histories.isEmpty, random.chance(25) { return [random.pick(histories)] }
        return deepTargets(within: id)
    }

    /// The state itself or states below it.
    private mutating func targets(at id: Int) -> [Int] {
        states[id].children.isEmpty || random.chance(35) ? [id] : targets(within: id)
    }
}

extension State.Kind {
    fileprivate var isHistory: Bool { if case .history = self { true } else { false } }
}
