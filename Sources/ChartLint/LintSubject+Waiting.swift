import ChartFormat
import Statechart

/// States that wait, and who ends that.
extension LintSubject {
    var waiting: [LintFinding] { graph.leaves.compactMap { waiting($0) } + wildcards }

    private func waiting(_ leaf: Int) -> LintFinding? {
        let lineage = graph.lineage(of: leaf)
        guard chart.states[leaf].kind != .final, !graph.next(after: leaf).isEmpty else { return nil }
        let isDriven = lineage.contains { id in
            let state = chart.states[id]
            return !state.invocations.isEmpty || !state.timers.isEmpty
                || state.transitions.contains { $0.isEventless }
        }
        if isDriven || isMoved(leaf) { return nil }
        let events = graph.transitions(at: leaf).filter { !$0.targets.isEmpty }.compactMap(\.event)
        let isKnown = events.contains { $0 == .any || sent.canSend($0) }
        if !isKnown, !(places.dialect == .xstate && chart.externalEvents.isEmpty) {
            let names = Set(events.map(\.text)).sorted().joined(separator: ", ")
            return finding(
                .waitingForNobody, state: leaf,
                "\(name(leaf)) waits for \(names), and nobody can send any of it: declare it in schemas.events")
        }
        let isMarked = lineage.contains { chart.states[$0].meta["waiting"] == "person" }
        guard !isChild, places.dialect == .native, !isMarked else { return nil }
        return finding(
            .waitsUnmarked, state: leaf,
            "\(name(leaf)) has no timer and no work: say 'waiting: person' in its 'meta', so that it is listed for"
                + " people, or give it an 'after'")
    }

    /// Another region, or an event that the chart sends itself, moves it on.
    private func isMoved(_ leaf: Int) -> Bool {
        let parallel = graph.ancestors(of: leaf).last { chart.states[$0].kind == .parallel }
        let others = parallel.map { Array($0..<chart.states[$0].end) } ?? []
        if others.contains(where: { !chart.states[$0].invocations.isEmpty || !chart.states[$0].timers.isEmpty }) {
            return true
        }
        let lineage = graph.lineage(of: leaf)
        return sent.raised.contains { raise in
            (lineage + others).contains(raise.state)
                && lineage.contains {
                    chart.states[$0].transitions.contains { $0.events.contains { $0.matches(raise.event) } }
                }
        }
    }

    /// An inner wildcard is asked before an outer exact name.
    private var wildcards: [LintFinding] {
        transitions.compactMap { state, index, transition in
            guard let event = transition.event, isWild(event) else { return nil }
            let outer = graph.ancestors(of: state).flatMap { chart.states[$0].transitions }
            let swallowed = outer.compactMap(\.event).first { other in
                guard case .exact(let name) = other, event.matches(name) else { return false }
                return ["done.", "error.", "timer.", "job."].contains { name.hasPrefix($0) }
            }
            guard let swallowed else { return nil }
            return finding(
                .wildcardSwallowsErrors, state: state, at: position(of: index, in: state), subject: swallowed.text,
                "'\(event.text)' takes '\(swallowed.text)' before the state around it can: name the events that are"
                    + " meant, or take '\(swallowed.text)' here")
        }
    }

    private func isWild(_ event: EventDescriptor) -> Bool {
        switch event {
        case .any, .prefix: true
        case .exact: false
        }
    }
}
