/// Which transitions an event asks, for each atomic state: its own and its ancestors', innermost first.
struct TransitionChains: Sendable {
    /// More entries than this are not kept ready; such a chart's chains are made when they are asked for.
    private static let readyLimit = 200_000

    /// Numbers of the events that some transition names exactly.
    private let eventNumbers: NameTable
    /// By atomic state, then by event number.
    private let ready: [[[Int]]]
    private let eventless: [[Int]]
    let hasEventless: Bool
    /// By state: its transitions' numbers.
    private let ownNumbers: [[Int]]
    private let states: [State]
    private let ancestors: [[Int]]
    private let rules: Chart.Rules

    init(_ states: [State], _ steps: [TransitionPlan], _ outline: ChartOutline, _ rules: Chart.Rules) {
        self.states = states
        self.rules = rules
        ancestors = outline.ancestors
        var own: [[Int]] = states.map { _ in [] }
        for (number, step) in steps.enumerated() { own[step.source].append(number) }
        ownNumbers = own
        let eventless = states.map { state in
            state.isAtomic
                ? ([state.id] + outline.ancestors[state.id]).flatMap { id in
                    states[id].transitions.indices.filter { states[id].transitions[$0].isEventless }
                        .map { own[id][$0] }
                } : []
        }
        self.eventless = eventless
        hasEventless = eventless.contains { !$0.isEmpty }
        var names: Set<String> = []
        for state in states {
            for transition in state.transitions {
                for case .exact(let name) in transition.events { names.insert(name) }
            }
        }
        let sorted = names.sorted()
        let isSmall = sorted.count * states.count <= Self.readyLimit
        eventNumbers = NameTable(isSmall ? sorted : [])
        let blank = TransitionChains(states, own, eventless, outline, rules)
        ready = states.map { state in
            state.isAtomic && isSmall ? sorted.map { blank.chain(of: state.id, for: $0) } : []
        }
    }

    /// Without ready lists.
    private init(
        _ states: [State], _ own: [[Int]], _ eventless: [[Int]], _ outline: ChartOutline, _ rules: Chart.Rules
    ) {
        self.states = states
        self.rules = rules
        ancestors = outline.ancestors
        ownNumbers = own
        self.eventless = eventless
        hasEventless = false
        eventNumbers = NameTable([])
        ready = []
    }

    /// The number of an event that a transition names; nil for all others.
    func number(of event: String) -> Int? { eventNumbers[event] }

    func eventlessChain(of leaf: Int) -> [Int] { eventless[leaf] }

    func chain(of leaf: Int, for event: String, number: Int?) -> [Int] {
        number.map { ready[leaf][$0] } ?? chain(of: leaf, for: event)
    }

    private func chain(of leaf: Int, for event: String) -> [Int] {
        var chain = candidates(of: leaf, for: event)
        for ancestor in ancestors[leaf] { chain += candidates(of: ancestor, for: event) }
        return chain
    }

    /// The transitions of one state that an event's name matches, best first: in our own format exact name, longest
    /// prefix, `*`, among equals the earlier one; with SCXML in document order.
    private func candidates(of state: Int, for name: String) -> [Int] {
        var best: [(index: Int, closeness: Int)] = []
        for (index, transition) in states[state].transitions.enumerated() {
            if let closeness = transition.closeness(to: name) { best.append((index, closeness)) }
        }
        if best.count > 1, rules == .native { best.sort { ($1.closeness, $0.index) < ($0.closeness, $1.index) } }
        return best.map { ownNumbers[state][$0.index] }
    }
}
