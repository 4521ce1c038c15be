import ChartFormat
import JSONValue
import Statechart

/// Walks through everything that an instance of a chart can come to, breadth first: each event from outside with the
/// payloads that guards can tell apart, each timer, each result and failure of a job. Runs on the pure interpreter.
package struct ChartExplorer {
    package enum Guards: String, Sendable, CaseIterable {
        /// Guards decide, over payloads made from the schemas.
        case enforce
        /// Each guard is tried both ways, whatever values there are: for charts whose payloads have no schema.
        case fork
    }

    package struct Options: Sendable {
        /// Most situations that are visited.
        package var limit = 100_000
        package var guards = Guards.enforce
        package var settings: JSON
        /// Whether settings that guards read are tried with all their words, not only as given.
        package var variesSettings: Bool

        package init(settings: JSON, variesSettings: Bool = true) {
            self.settings = settings
            self.variesSettings = variesSettings
        }
    }

    struct Node {
        var snapshot: Snapshot
        var parent: Int?
        var step: Exploration.Step
        var isFinal: Bool
        var successors: Set<Int> = []
        /// True once an event changed something.
        var moves = false
    }

    let chart: Chart
    let interpreter: Interpreter
    let options: Options
    let stimuli: Stimuli
    private let abstraction: ContextAbstraction
    private(set) var nodes: [Node] = []
    private var known: [Key: Int] = [:]
    private var configurations: Set<[String]> = []
    private var firstVisits: [Int: (parent: Int?, step: Exploration.Step)] = [:]
    private var taken: Set<ChartProbe.Mark> = []
    private(set) var result = Exploration()
    private var seenProblems: Set<String> = []
    private var heard: Set<String> = []

    /// What makes two situations the same.
    private struct Key: Hashable {
        var configuration: [String]
        var context: JSONObject
        var memory: JSON
    }

    package static func explore(_ chart: Chart, vocabulary: ChartVocabulary, options: Options) -> Exploration {
        var explorer = ChartExplorer(chart, vocabulary, options)
        explorer.run()
        return explorer.report()
    }

    private init(_ chart: Chart, _ vocabulary: ChartVocabulary, _ options: Options) {
        self.chart = chart
        self.options = options
        let mining = ChartMining(chart)
        interpreter = Interpreter(chart: ChartProbe(chart, isForking: options.guards == .fork).chart)
        abstraction = ContextAbstraction(mining, settings: options.settings)
        stimuli = Stimuli(chart, vocabulary, mining, options)
    }

    private mutating func run() {
        for context in stimuli.contexts {
            for settings in stimuli.settings(for: nil) {
                attempt(settings, from: nil, Exploration.Step(event: "start", data: context, to: [])) {
                    [interpreter] surroundings in
                    try interpreter.start(context: context, surroundings: surroundings)
                }
            }
        }
        var next = 0
        while next < nodes.count {
            guard nodes.count <= options.limit else {
                result.isComplete = false
                break
            }
            if !nodes[next].isFinal { expand(next) }
            next += 1
        }
    }

    private mutating func expand(_ node: Int) {
        let snapshot = nodes[node].snapshot
        for event in stimuli.events(for: snapshot) {
            for settings in stimuli.settings(for: event.name) {
                attempt(settings, from: node, Exploration.Step(event: event.name, data: event.data, to: [])) {
                    [interpreter] surroundings in
                    try interpreter.step(snapshot, event, surroundings: surroundings)
                }
            }
        }
    }

    /// Makes a macrostep; when guards are forked, one for each combination of the outcomes that were asked for.
    private mutating func attempt(
        _ settings: JSON, from node: Int?, _ step: Exploration.Step,
        _ make: (Surroundings) throws -> Macrostep
    ) {
        var open: [[String: Bool]] = [[:]]
        var tries = 0
        while let outcomes = open.popLast(), tries < 256 {
            tries += 1
            let now = Timestamp(microseconds: 1_800_000_000_000_000)
            let whole = ChartProbe.settings(settings, outcomes: outcomes)
            do {
                let macrostep = try make(Surroundings(now: now, settings: whole))
                result.steps += 1
                record(macrostep, from: node, step)
                guard options.guards == .fork else { return }
                var fixed = outcomes
                for asked in macrostep.guards.map(ChartProbe.key) where fixed[asked] == nil {
                    var other = fixed
                    other[asked] = true
                    open.append(other)
                    fixed[asked] = false
                }
            } catch {
                problem("\(step.event): \(error)", at: node, \.errors)
                if options.guards != .fork { return }
            }
        }
    }

    private mutating func record(_ macrostep: Macrostep, from node: Int?, _ step: Exploration.Step) {
        let marks = ChartProbe.marks(macrostep.effects)
        let hasMoved = marks.contains { if case .transition = $0 { true } else { false } }
        if macrostep.outcome != .taken || !hasMoved && node != nil {
            if stimuli.isService(step.event) { problem(step.event, at: node, \.unhandled) }
            if macrostep.outcome != .taken { return }
        } else {
            heard.insert(step.event)
        }
        taken.formUnion(marks)
        var step = step
        step.to = macrostep.snapshot.configuration
        for case .state(let id) in marks where firstVisits[id] == nil { firstVisits[id] = (node, step) }
        let target = visit(macrostep, from: node, step)
        if let node {
            nodes[node].successors.insert(target)
            if hasMoved || target != node { nodes[node].moves = true }
        }
    }

    private mutating func visit(_ macrostep: Macrostep, from node: Int?, _ step: Exploration.Step) -> Int {
        let snapshot = macrostep.snapshot
        let key = Key(
            configuration: snapshot.configuration, context: abstraction(snapshot.context),
            memory: Self.normalised(snapshot.memory))
        if let old = known[key] { return old }
        known[key] = nodes.count
        configurations.insert(snapshot.configuration)
        nodes.append(Node(snapshot: snapshot, parent: node, step: step, isFinal: macrostep.isFinal))
        return nodes.count - 1
    }

    /// Memory without what only counts: which timers and jobs live matters, not how often there were any.
    private static func normalised(_ memory: JSON) -> JSON {
        guard var members = memory.object else { return memory }
        for counter in ["next_job", "timer_count", "send_count"] { members[counter] = nil }
        members["timers"] = members["timers"]?.object.map { .array($0.keys.sorted().map(JSON.string)) }
        members["jobs"] = members["jobs"]?.object.map { jobs in
            .array(jobs.filter { $0.value["live"] == true }.map(\.key).sorted().map(JSON.string))
        }
        if let sends = members["sends"]?.object {
            members["sends"] = .object(JSONObject(sends.map { ($0, removing("n", from: $1)) }))
        }
        if let children = members["children"]?.object {
            members["children"] = .object(
                JSONObject(
                    children.map { name, child in
                        var child = child.object ?? [:]
                        child["memory"] = child["memory"].map(normalised)
                        return (name, .object(child))
                    }))
        }
        return .object(members)
    }

    private static func removing(_ key: String, from value: JSON) -> JSON {
        guard var members = value.object else { return value }
        members[key] = nil
        return .object(members)
    }

    private mutating func problem(
        _ detail: String, at node: Int?, _ list: WritableKeyPath<Exploration, [Exploration.Place]>
    ) {
        let configuration = node.map { nodes[$0].snapshot.configuration } ?? []
        guard seenProblems.insert("\(configuration) \(detail)").inserted else { return }
        result[keyPath: list].append(
            Exploration.Place(configuration: configuration, path: path(to: node), detail: detail))
    }
}

/// What came of it.
extension ChartExplorer {
    private mutating func report() -> Exploration {
        result.situations = nodes.count
        result.configurations = configurations.count
        result.isPayloadCut = stimuli.isCut
        let states = chart.states.filter { !$0.isHistory && $0.id != 0 }
        result.stateCount = states.count
        result.transitionCount = chart.states.map(\.transitions.count).reduce(0, +)
        for state in states {
            guard let visit = firstVisits[state.id] else {
                result.unreachedStates.append(state.path)
                continue
            }
            result.paths.append((state.path, path(to: visit.parent) + [visit.step]))
        }
        for state in chart.states {
            for (index, transition) in state.transitions.enumerated()
            where !taken.contains(.transition(state: state.id, index: index)) {
                let name = state.path.isEmpty ? chart.id : state.path
                result.untakenTransitions.append("\(name): \(TransitionLabel(transition).text)")
            }
        }
        result.untakenEvents = chart.externalEvents.keys.filter { !heard.contains($0) }.sorted()
        findEnds()
        return result
    }

    private mutating func findEnds() {
        result.hasEnd = nodes.contains(where: \.isFinal)
        var reaching = Set(nodes.indices.filter { nodes[$0].isFinal })
        var predecessors = [[Int]](repeating: [], count: nodes.count)
        for (index, node) in nodes.enumerated() {
            for successor in node.successors { predecessors[successor].append(index) }
        }
        var open = Array(reaching)
        while let node = open.popLast() {
            for before in predecessors[node] where reaching.insert(before).inserted { open.append(before) }
        }
        // What the limit kept from being looked at is not called endless.
        guard result.isComplete else { return }
        var seen: Set<[String]> = []
        for (index, node) in nodes.enumerated() where !node.isFinal && seen.insert(node.snapshot.configuration).inserted
        {
            if !node.moves {
                result.deadEnds.append(place(index))
            } else if result.hasEnd, !reaching.contains(index) {
                result.endless.append(place(index))
            } else {
                seen.remove(node.snapshot.configuration)
            }
        }
    }

    private func place(_ node: Int) -> Exploration.Place {
        Exploration.Place(configuration: nodes[node].snapshot.configuration, path: path(to: node), detail: "")
    }

    private func path(to node: Int?) -> [Exploration.Step] {
        var steps: [Exploration.Step] = []
        var next = node
        while let index = next {
            steps.append(nodes[index].step)
            next = nodes[index].parent
        }
        return steps.reversed()
    }
}
