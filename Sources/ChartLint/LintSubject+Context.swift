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
        var queue = enter(graph.entered(by: [0]), with: [], &known)
        while let id = queue.popLast() {
            for (index, transition) in chart.states[id].transitions.enumerated() where !transition.targets.isEmpty {
                let before = known[id] ?? []
                let written = transition.actions.reduce(into: before) { $0.formUnion($1.writes.intersection(keys)) }
                queue += enter(graph.entries[id][index], with: written, &known)
            }
        }
        return known.map { $0 ?? keys }
    }

    /// The states of which less is known than before.
    private func enter(_ states: Set<Int>, with written: Set<String>, _ known: inout [Set<String>?]) -> [Int] {
        var written = written
        var changed: [Int] = []
        for id in states.sorted() {
            for action in chart.states[id].entry + chart.states[id].initialActions { written.formUnion(action.writes) }
            let now = known[id].map { $0.intersection(written) } ?? written
            if now != known[id] {
                known[id] = now
                changed.append(id)
            }
        }
        return changed
    }
}
