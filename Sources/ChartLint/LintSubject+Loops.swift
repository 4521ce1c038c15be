import ChartFormat
import Statechart

/// Eventless transitions that lead back to where they began.
extension LintSubject {
    private struct Step {
        let state: Int
        let index: Int
        let transition: Transition
        let entered: Set<Int>
    }

    var loops: [LintFinding] {
        let steps = transitions.filter { $0.transition.isEventless && !$0.transition.targets.isEmpty }.map {
            Step(
                state: $0.state, index: $0.index, transition: $0.transition,
                entered: graph.entries[$0.state][$0.index])
        }
        let byState = Dictionary(grouping: steps.indices) { steps[$0].state }
        let next = steps.map { step in step.entered.sorted().flatMap { byState[$0] ?? [] } }
        var reported = Set<Int>()
        return steps.indices.compactMap { first in
            guard !reported.contains(first), let cycle = Self.cycle(from: first, next) else { return nil }
            reported.formUnion(cycle)
            return finding(for: cycle.map { steps[$0] })
        }
    }

    /// The shortest way from a step back to itself.
    private static func cycle(from first: Int, _ next: [[Int]]) -> [Int]? {
        var before: [Int: Int] = [:]
        var queue = [first]
        var position = 0
        while position < queue.count {
            let step = queue[position]
            position += 1
            if next[step].contains(first) { return path(to: step, before) }
            for follower in next[step] where before[follower] == nil {
                before[follower] = step
                queue.append(follower)
            }
        }
        return nil
    }

    private static func path(to last: Int, _ before: [Int: Int]) -> [Int] {
        var path = [last]
        while let step = before[path[path.count - 1]] { path.append(step) }
        return path.reversed()
    }

    /// Certain when no guard stands in the way; suspicious when no guard can change while the loop runs.
    private func finding(for cycle: [Step]) -> LintFinding? {
        let conditions = cycle.compactMap(\.transition.condition)
        let entered = cycle.reduce(into: Set<Int>()) { $0.formUnion($1.entered) }
        let writes = (cycle.flatMap(\.transition.actions) + entered.sorted().flatMap { chart.states[$0].entry })
            .reduce(into: Set<String>()) { $0.formUnion($1.writes) }
        let reads = conditions.reduce(into: Set<String>()) { found, condition in
            found.formUnion(ExpressionUse.members(ExpressionTerm(condition.text)?.reads ?? []))
        }
        let canChange = !reads.isDisjoint(with: writes) || reads.contains("*") && !writes.isEmpty
        if canChange { return nil }
        let names = cycle.map { name($0.state) }.joined(separator: ", ")
        let position = position(of: cycle[0].index, in: cycle[0].state)
        return finding(
            .eventlessLoop, state: cycle[0].state, at: position, severity: conditions.isEmpty ? .error : .warning,
            conditions.isEmpty
                ? "\(names): these transitions lead in a circle and nothing stops them; the macrostep ends at its limit"
                    + " and changes nothing"
                : "\(names): these transitions lead in a circle, and nothing on the way changes what their guards ask")
    }
}
