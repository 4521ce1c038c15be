import JSONValue
import Statechart

/// Which values matter to a chart's guards, found in their texts. What no guard can see need not be told apart.
struct ChartMining {
    private let chart: Chart
    /// Words of each state's transitions, guards first.
    private let guards: [[ExpressionWords]]
    private let assignments: [(name: String, words: ExpressionWords)]
    /// Members of the context that some guard reads, or that flow into one that a guard reads.
    let relevant: Set<String>
    /// Those of them that nothing in the chart ever sets: they are given when an instance starts.
    let given: Set<String>
    let allGuards: ExpressionWords
    /// Numbers that the context begins with or that its assignments name: counters move between these.
    let contextNumbers: Set<Int64>

    init(_ chart: Chart) {
        self.chart = chart
        guards = chart.states.map { state in
            state.transitions.map { ExpressionWords($0.condition.map { [$0.text] } ?? []) }
        }
        var all = ExpressionWords()
        for words in guards.joined() { all.add(words) }
        allGuards = all
        assignments = chart.states.flatMap { state in
            (state.transitions.flatMap(\.actions) + state.entry + state.exit + state.initialActions)
                .flatMap(Self.assignments)
        }
        let data = chart.states.flatMap(\.lateData).map { ExpressionWords([$0.value.text]).integers }
        contextNumbers = (assignments.map(\.words.integers) + data)
            .reduce(ContextAbstraction.integers(of: .object(chart.context))) { $0.union($1) }
        relevant = Self.closure(chart, all, assignments)
        given = relevant.subtracting(assignments.map(\.name))
    }

    private static func closure(
        _ chart: Chart, _ guards: ExpressionWords, _ assignments: [(name: String, words: ExpressionWords)]
    ) -> Set<String> {
        // Imported SCXML names its variables without a root.
        if chart.rules == .scxml { return Set(chart.context.keys) }
        var relevant = keys(guards, chart)
        while true {
            let more = assignments.filter { relevant.contains($0.name) }
                .reduce(relevant) { $0.union(keys($1.words, chart)) }
            if more == relevant { return relevant }
            relevant = more
        }
    }

    private static func keys(_ words: ExpressionWords, _ chart: Chart) -> Set<String> {
        let paths = words.below("context")
        // `context` as a whole, or indexed by a value, may read anything.
        return paths.contains([]) ? Set(chart.context.keys) : Set(paths.compactMap(\.first))
    }

    private static func assignments(_ action: Action) -> [(name: String, words: ExpressionWords)] {
        switch action {
        case .assign(let patch): patch.map { ($0.name, ExpressionWords([$0.value.text])) }
        case .set(let place, let value): [(place.path?.first ?? place.text, ExpressionWords([value.text]))]
        case .block(let actions): actions.flatMap(assignments)
        case .choose(let branches): branches.flatMap(\.actions).flatMap(assignments)
        case .forEach(let loop): loop.actions.flatMap(assignments)
        default: []
        }
    }

    /// What is read when an event comes: the guards of all transitions that take it and of those that take no event,
    /// and what flows from it into members that matter.
    func words(for event: String) -> ExpressionWords {
        var found = ExpressionWords()
        for state in chart.states {
            for (index, transition) in state.transitions.enumerated() {
                let takes = transition.events.contains { $0.matches(event) }
                if takes || transition.isEventless { found.add(guards[state.id][index]) }
                guard takes else { continue }
                for assignment in transition.actions.flatMap(Self.assignments) where relevant.contains(assignment.name)
                {
                    found.add(assignment.words)
                }
            }
        }
        return found
    }
}

/// What two instances must share to count as the same in an exploration.
struct ContextAbstraction {
    let relevant: Set<String>
    let strings: Set<String>
    /// Numbers beyond these compare alike with everything that guards name.
    let bounds: ClosedRange<Int64>

    init(_ mining: ChartMining, settings: JSON) {
        relevant = mining.relevant
        strings = mining.allGuards.strings
        let numbers = mining.allGuards.integers.union(Self.integers(of: settings)).union(mining.contextNumbers)
            .union([0])
        let low = numbers.min() ?? 0
        let high = numbers.max() ?? 0
        bounds = (low - 1)...(high + 1)
    }

    func callAsFunction(_ context: JSONObject) -> JSONObject {
        JSONObject(context.filter { relevant.contains($0.key) }.map { ($0.key, abstract($0.value)) })
    }

    private func abstract(_ value: JSON) -> JSON {
        switch value {
        case .int(let number): .int(min(max(number, bounds.lowerBound), bounds.upperBound))
        case .string(let text): strings.contains(text) || text.isEmpty ? value : "…"
        default: value
        }
    }

    static func integers(of settings: JSON) -> Set<Int64> {
        switch settings {
        case .int(let value): abs(value) < 1_000_000_000_000 ? [value] : []
        case .object(let members): members.reduce(into: []) { $0.formUnion(integers(of: $1.value)) }
        case .array(let elements): elements.reduce(into: []) { $0.formUnion(integers(of: $1)) }
        default: []
        }
    }
}
