import JSONValue
import Statechart

/// Which transitions are taken.
extension Oracle {
    /// `selectTransitions`, and without a name `selectEventlessTransitions`.
    func selectTransitions(_ name: String?) throws(ChartError) -> OrderedSet<Arc> {
        var enabled = OrderedSet<Arc>()
        var asked: [Arc: Bool] = [:]
        for state in session.configuration.list.sorted() where isAtomicState(state) {
            for source in [state] + getProperAncestors(state, nil) {
                guard let arc = try firstEnabled(source, name, &asked) else { continue }
                enabled.add(arc)
                break
            }
        }
        return removeConflictingTransitions(enabled)
    }

    private func firstEnabled(_ source: Int, _ name: String?, _ asked: inout [Arc: Bool]) throws(ChartError) -> Arc? {
        for arc in candidates(source, name) where try conditionMatch(arc, &asked) { return arc }
        return nil
    }

    /// In the order in which they are asked: SCXML's is the document's, our own puts the closest descriptor first.
    private func candidates(_ source: Int, _ name: String?) -> [Arc] {
        let arcs = states[source].transitions.indices.map { Arc(source: source, index: $0) }
        guard let name else { return arcs.filter { transition($0).events.isEmpty } }
        let matching = arcs.filter { nameMatch(transition($0).events, name) != nil }
        guard isNative else { return matching }
        let closest = matching.map { nameMatch(transition($0).events, name) ?? 0 }
        let order = matching.indices.sorted { (closest[$1], $0) < (closest[$0], $1) }
        return order.map { matching[$0] }
    }

    /// How many parts of the name a descriptor spells out, an exact one counting most; nil when none matches.
    private func nameMatch(_ descriptors: [EventDescriptor], _ name: String) -> Int? {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        let matches = descriptors.compactMap { descriptor -> Int? in
            switch descriptor {
            case .any: return 0
            case .exact(let exact): return exact == name ? 1000 : nil
            case .prefix(let prefix):
                let wanted = prefix.split(separator: ".", omittingEmptySubsequences: false)
                return parts.starts(with: wanted) ? wanted.count : nil
            }
        }
        return matches.max()
    }

    /// A guard is asked once in a selection, however many regions lead to it. What fails or is no boolean is an error
    /// that stops a native chart; in SCXML it is false and raises `error.execution`.
    private func conditionMatch(_ arc: Arc, _ asked: inout [Arc: Bool]) throws(ChartError) -> Bool {
        guard let condition = transition(arc).condition else { return true }
        if let answer = asked[arc] {
            note(.guardSharedByRegions)
            return answer
        }
        let answer = try truth(of: condition, in: arc.source)
        note(answer ? .guardTrue : .guardFalse)
        asked[arc] = answer
        world.guards.append(
            Macrostep.GuardResult(state: prefix + states[arc.source].path, guardText: condition.text, isTrue: answer))
        return answer
    }

    func truth(of condition: Expression, in state: Int) throws(ChartError) -> Bool {
        if let value = try? condition.evaluate(scope), case .bool(let answer) = value { return answer }
        note(.guardError)
        let error = ChartError(.expression, state: states[state].path, "")
        guard !isNative else { throw error }
        raise(error)
        return false
    }

    private func removeConflictingTransitions(_ enabled: OrderedSet<Arc>) -> OrderedSet<Arc> {
        var filtered = OrderedSet<Arc>()
        for first in enabled.list {
            var isPreempted = false
            var toRemove = OrderedSet<Arc>()
            for second in filtered.list
            where computeExitSet([first]).hasIntersection(computeExitSet([second])) {
                note(.conflict)
                guard isDescendant(first.source, second.source) else {
                    isPreempted = true
                    break
                }
                toRemove.add(second)
            }
            guard !isPreempted else { continue }
            for arc in toRemove.list { filtered.delete(arc) }
            filtered.add(first)
        }
        return filtered
    }
}
