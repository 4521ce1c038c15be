import ChartFormat
import JSONValue
import Statechart

/// The candidates of one event in one state: which can be taken, and whether one always is.
extension LintSubject {
    private struct Group {
        let state: Int
        let event: EventDescriptor?
        var members: [(index: Int, transition: Transition)]
    }

    var guards: [LintFinding] { groups.flatMap(findings) }

    /// Candidates of one event stand one behind the other, but for those of `onTimeout` and `always`.
    private var groups: [Group] {
        chart.states.flatMap { state in
            var found: [Group] = []
            var places: [EventDescriptor?: Int] = [:]
            for (index, transition) in state.transitions.enumerated() {
                if let place = places[transition.event] {
                    found[place].members.append((index, transition))
                } else {
                    places[transition.event] = found.count
                    found.append(Group(state: state.id, event: transition.event, members: [(index, transition)]))
                }
            }
            return found
        }
    }

    private func formula(_ transition: Transition) -> GuardFormula? {
        transition.condition.map { condition in
            ExpressionTerm(condition.text).map(GuardFormula.init) ?? GuardFormula.opaque(condition.text)
        }
    }

    private func findings(of group: Group) -> [LintFinding] {
        let formulas = group.members.map { formula($0.transition) }
        let table = GuardTable(formulas) { domain(of: $0, for: group.event) }
        var found: [LintFinding] = []
        for (place, member) in group.members.enumerated() {
            let texts = group.members[..<place].map { $0.transition.condition?.text }
            let position = position(of: member.index, in: group.state)
            if let text = member.transition.condition?.text, texts.contains(text) {
                found.append(
                    finding(
                        .identicalGuards, state: group.state, at: position, subject: title(group.event),
                        "the same guard stands before: this transition is never taken"))
            } else if texts.contains(where: { $0 == nil }) {
                found.append(dead(group, position, "a transition before it has no guard"))
            } else if let table {
                found += finding(at: place, of: group, table, position)
            }
        }
        return found + overlaps(group, table) + fallback(group, table)
    }

    private func dead(_ group: Group, _ position: SourcePosition, _ reason: String) -> LintFinding {
        finding(
            .deadCandidate, state: group.state, at: position, subject: title(group.event),
            "this transition is never taken: \(reason)")
    }

    private func finding(
        at place: Int, of group: Group, _ table: GuardTable, _ position: SourcePosition
    ) -> [LintFinding] {
        guard let text = group.members[place].transition.condition?.text else {
            let isClosed = table.rows.allSatisfy { $0[..<place].contains(true) }
            return isClosed && place > 0 ? [dead(group, position, "one of the guards before it always holds")] : []
        }
        let isNever = table.isNever(place)
        if isNever || table.isAlways(place) {
            let what = isNever ? "never holds: the transition is never taken" : "always holds; leave it out"
            return [
                finding(
                    .constantGuard, state: group.state, at: position, subject: title(group.event),
                    "the guard '\(text)' \(what)")
            ]
        }
        return table.isCovered(place)
            ? [dead(group, position, "whenever '\(text)' holds, a guard before it does")] : []
    }

    /// Guards about the same values that overlap without one lying within the other.
    private func overlaps(_ group: Group, _ table: GuardTable?) -> [LintFinding] {
        guard let table else { return [] }
        let guarded = group.members.indices.filter { group.members[$0].transition.condition != nil }
        for right in guarded {
            for left in guarded where left < right && table.areComparable(left, right) {
                let isCascade = table.isWithin(left, right) || table.isWithin(right, left)
                guard !table.areDisjoint(left, right), !isCascade else { continue }
                return [
                    finding(
                        .nondeterministicGuards, state: group.state,
                        at: position(of: group.members[right].index, in: group.state), subject: title(group.event),
                        "'\(text(group, left))' and '\(text(group, right))' can hold at once: the first wins, and"
                            + " changing their order changes what happens; make them exclude each other")
                ]
            }
        }
        return []
    }

    private func text(_ group: Group, _ place: Int) -> String { group.members[place].transition.condition?.text ?? "" }

    /// What comes once must be taken when it comes; of other events nobody knows what it means that no guard holds.
    private func fallback(_ group: Group, _ table: GuardTable?) -> [LintFinding] {
        guard let event = group.event, group.members.allSatisfy({ $0.transition.condition != nil }) else { return [] }
        if let table, table.isExhaustive { return [] }
        let first = position(of: group.members[0].index, in: group.state)
        let around = graph.ancestors(of: group.state).flatMap { chart.states[$0].transitions }
        guard isSingular(event) else {
            guard group.members.count > 1, let table, !areDecided(group, table) else { return [] }
            return [
                finding(
                    .nondeterministicGuards, state: group.state, at: first, subject: title(event),
                    "nothing shows that the guards of '\(event.text)' exclude each other, and there is no fallback:"
                        + " add a last transition without a guard")
            ]
        }
        let isCaught = around.contains { $0.condition == nil && $0.events.contains { $0.matches(event.text) } }
        if isCaught { return [] }
        return [
            finding(
                .noFallback, state: group.state, at: first, subject: title(event),
                "'\(event.text)' comes once; when none of its guards holds it is lost and the instance waits for ever:"
                    + " add a last transition without a guard")
        ]
    }

    /// Each two exclude each other, or are about the same values, of which ``overlaps(_:_:)`` speaks.
    private func areDecided(_ group: Group, _ table: GuardTable) -> Bool {
        group.members.indices.allSatisfy { left in
            group.members.indices.allSatisfy { right in
                right <= left || table.areDisjoint(left, right) || table.areComparable(left, right)
            }
        }
    }

    private func isSingular(_ event: EventDescriptor) -> Bool {
        guard case .exact(let name) = event else { return false }
        return ["done.", "error.", "timer."].contains { name.hasPrefix($0) }
    }

    func title(_ event: EventDescriptor?) -> String { event?.text ?? "always" }
}
