import ChartFormat
import Statechart

/// Members of the context that nobody reads, or that may be read before they are there.
extension LintSubject {
    var contextUse: [LintFinding] { unread + early }

    private var unread: [LintFinding] {
        let reads = uses.reduce(into: Set<String>()) { found, use in
            found.formUnion(use.reads)
            found.formUnion(ExpressionUse.members(use.asked))
        }
        guard !reads.contains("*"), places.dialect == .native else { return [] }
        var written: [String: Int] = [:]
        for state in chart.states.reversed() {
            for action in state.entry + state.exit + state.initialActions + state.transitions.flatMap(\.actions) {
                for key in action.writes { written[key] = state.id }
            }
        }
        let keys = Set(written.keys).union(chart.context.keys).subtracting(reads)
        return keys.sorted().map { key in
            finding(
                .unreadContext, state: places.context[key] == nil ? written[key] ?? 0 : 0, at: places.context[key],
                subject: key,
                "no expression reads context.\(key): it is stored with every step for nothing, unless the service"
                    + " shows it")
        }
    }

    /// What the invoking chart puts into the context.
    private var given: [String] { parent?.states.flatMap(\.invocations).flatMap { $0.input.map(\.name) } ?? [] }

    /// Reads of members that some way to the state does not write.
    private var early: [LintFinding] {
        let keys = uses.reduce(into: Set<String>()) { $0.formUnion($1.reads) }
            .subtracting(chart.context.keys).subtracting(["*"]).subtracting(given)
        guard !keys.isEmpty, places.dialect == .native else { return [] }
        let written = surelyWritten(keys)
        var seen = Set<String>()
        return uses.flatMap { use -> [LintFinding] in
            let asked = ExpressionUse.members(use.asked)
            let missing = use.reads.intersection(keys).subtracting(asked).subtracting(written[use.state])
            return missing.sorted().filter { seen.insert("\(use.state) \($0)").inserted }.map { key in
                finding(
                    .readBeforeWrite, state: use.state, at: use.position, subject: key,
                    "context.\(key) is not in the initial context, and a way leads here that does not write it: the"
                        + " macrostep fails there; give it an initial value, or ask has(context.\(key))")
            }
        }
    }

    /// By state: the members that every way to it has written by the time it is entered.
    private func surelyWritten(_ keys: Set<String>) -> [Set<String>] {
        var known: [Set<String>?] = chart.states.map { _ in nil }
        enter([0], with: [], &known)
        var isChanged = true
        while isChanged {
            let before = known
            for state in chart.states {
                guard let here = known[state.id] else { continue }
                for transition in state.transitions where !transition.targets.isEmpty {
                    let written = transition.actions.reduce(into: here) { $0.formUnion($1.writes.intersection(keys)) }
                    enter(transition.targets, with: written, &known)
                }
            }
            isChanged = known != before
        }
        return known.map { $0 ?? keys }
    }

    private func enter(_ targets: [Int], with written: Set<String>, _ known: inout [Set<String>?]) {
        var written = written
        for id in graph.entered(by: targets).sorted() {
            for action in chart.states[id].entry + chart.states[id].initialActions { written.formUnion(action.writes) }
            known[id] = known[id].map { $0.intersection(written) } ?? written
        }
    }
}
