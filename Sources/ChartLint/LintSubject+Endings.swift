import ChartFormat
import Statechart

/// States that nothing leads to, or out of, and ends that are never reached.
extension LintSubject {
    var reachability: [LintFinding] {
        chart.states.compactMap { state in
            guard !graph.isReachable[state.id], state.parent.map({ graph.isReachable[$0] }) ?? true else { return nil }
            let what = state.isHistory ? "no transition goes to this history" : "no transition leads here"
            return finding(.unreachableState, state: state.id, "\(what): \(name(state.id)) never becomes active")
        }
            + chart.states.compactMap { state in
                guard state.isHistory, graph.isReachable[state.id], !places.states[state.id].hasDefault else {
                    return nil
                }
                return finding(
                    .historyWithoutDefault, state: state.id,
                    "without a memory \(name(state.id)) goes where its parent starts; say so with 'target', so that a"
                        + " new 'initial' of the parent does not change it unseen")
            }
    }

    private var rootFinals: [Int] { chart.states[0].children.filter { chart.states[$0].kind == .final } }

    var endings: [LintFinding] { traps + finals + dones + outputs }

    private var traps: [LintFinding] {
        graph.leaves.filter { !isEnd($0) && graph.next(after: $0).isEmpty && !endsSomething($0) }.map { leaf in
            let isFinal = chart.states[leaf].kind == .final
            let parent = chart.states[leaf].parent ?? 0
            return finding(
                .trapState, state: leaf,
                isFinal
                    ? "\(name(leaf)) ends \(name(parent)), and nothing takes that: write 'onDone', or the instance"
                        + " stays here for ever"
                    : "nothing leads out of \(name(leaf)): an instance that comes here stays for ever;"
                        + " make it final if that is its end")
        }
    }

    private func isEnd(_ leaf: Int) -> Bool { chart.states[leaf].kind == .final && chart.states[leaf].parent == 0 }

    /// A final state in a region waits for the other regions.
    private func endsSomething(_ leaf: Int) -> Bool {
        guard chart.states[leaf].kind == .final else { return false }
        let parallel = graph.ancestors(of: leaf).first { chart.states[$0].kind == .parallel }
        return parallel.map { taken.contains(chart.states[$0].doneEvent) } ?? false
    }

    private var finals: [LintFinding] {
        guard !rootFinals.isEmpty else {
            let what =
                isChild ? "the invocation of this chart never ends" : "an instance never ends, and is never purged"
            return [finding(.noFinal, state: 0, subject: chart.id, "no final state stands below the root: \(what)")]
        }
        let leaves = graph.leaves
        var ending = Set(rootFinals.filter { graph.isReachable[$0] })
        let steps = Dictionary(uniqueKeysWithValues: leaves.map { ($0, graph.next(after: $0)) })
        var isChanged = true
        while isChanged {
            let more = leaves.filter { !ending.contains($0) && !(steps[$0] ?? []).isDisjoint(with: ending) }
            ending.formUnion(more)
            isChanged = !more.isEmpty
        }
        // A state of which nothing leads out has a finding of its own.
        return leaves.filter { !ending.contains($0) && !(steps[$0] ?? []).isEmpty }.map { leaf in
            finding(
                .noPathToFinal, state: leaf,
                "from \(name(leaf)) no final state below the root can be reached: the instance can never end")
        }
    }

    private var dones: [LintFinding] {
        transitions.compactMap { state, index, transition in
            guard case .exact(let name) = transition.event, state != 0, name == chart.states[state].doneEvent,
                graph.isReachable[state], !graph.canEnd(state)
            else { return nil }
            return finding(
                .neverDone, state: state, at: position(of: index, in: state),
                "no final state within \(self.name(state)) can be reached, so its 'onDone' is never taken")
        }
    }

    private var outputs: [LintFinding] {
        guard isChild, rootFinals.contains(where: { !chart.states[$0].output.isEmpty }) else { return [] }
        return rootFinals.filter { chart.states[$0].output.isEmpty }.map { id in
            finding(
                .finalWithoutOutput, state: id,
                "\(name(id)) ends the chart without 'output', which other final states have: the invoking chart has"
                    + " to ask has(event.output)")
        }
    }
}
