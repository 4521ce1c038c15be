import ChartFormat
import Statechart

/// Timers and the work that they may cut off, and what is defined and not used.
extension LintSubject {
    var timerRelations: [LintFinding] {
        chart.states.flatMap { state in
            state.timers.enumerated().flatMap { index, timer -> [LintFinding] in
                let position = places.states[state.id].timers[index]
                return zero(timer, state.id, position) + short(timer, state.id, position)
            } + onlyExit(state.id)
        }
    }

    private func zero(_ timer: After, _ state: Int, _ position: SourcePosition) -> [LintFinding] {
        guard case .fixed(.zero) = timer.delay else { return [] }
        return [
            finding(
                .timerZero, state: state, at: position, subject: timer.name,
                "a timer of no length costs a transaction and comes in its own macrostep; write 'always'")
        ]
    }

    private func short(_ timer: After, _ state: Int, _ position: SourcePosition) -> [LintFinding] {
        guard case .fixed(let delay) = timer.delay, leaves(state, on: "timer.\(timer.name)") else { return [] }
        return (state..<chart.states[state].end).flatMap { chart.states[$0].invocations }.compactMap { invocation in
            guard case .job = invocation.work, case .fixed(let timeout) = invocation.timeout, timeout > .zero,
                delay <= timeout
            else { return nil }
            return finding(
                .timerBeforeTimeout, state: state, at: position, subject: invocation.id,
                "this timer leaves \(name(state)) before the timeout of '\(invocation.id)' can pass: its 'onError' hears"
                    + " of no timeout, and its work is paid for and thrown away")
        }
    }

    private func leaves(_ state: Int, on event: String) -> Bool {
        chart.states[state].transitions.contains { transition in
            transition.events == [.exact(event)] && !transition.targets.isEmpty
        }
    }

    /// Work whose end takes the state nowhere.
    private func onlyExit(_ state: Int) -> [LintFinding] {
        let invocations = chart.states[state].invocations
        guard !invocations.isEmpty, places.dialect == .native else { return [] }
        let inner = (state..<chart.states[state].end).flatMap { chart.states[$0].transitions }
        let outer = graph.ancestors(of: state).flatMap { chart.states[$0].transitions }
        let exits = (inner + outer).filter { !$0.targets.isEmpty }
        let areTimers = exits.allSatisfy { transition in
            transition.events.allSatisfy { $0.text.hasPrefix("timer.") } && !transition.isEventless
        }
        guard areTimers, !exits.isEmpty else { return [] }
        return [
            finding(
                .timerOnlyExit, state: state,
                "\(name(state)) starts '\(invocations[0].id)', and only a timer leads out: however the work ends, the"
                    + " instance waits for the timer; give 'onDone' a target")
        ]
    }

    var unused: [LintFinding] {
        let invoked = Set(chart.states.flatMap(\.invocations).map(\.source))
        let charts = places.charts.filter { !invoked.contains($0.key) }.sorted { $0.key < $1.key }.map {
            name, position in
            finding(
                .unusedChart, state: 0, at: position, subject: name,
                "nothing invokes the chart '\(name)': remove it, or write 'invoke: {src: \(name)}'")
        }
        return charts
            + places.unusedGuards.sorted { $0.key < $1.key }.map { name, position in
                finding(
                    .unusedGuard, state: 0, at: position, subject: name, "no transition uses the guard '\(name)'")
            }
    }
}
