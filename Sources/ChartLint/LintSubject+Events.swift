import ChartFormat
import Statechart

/// Events that are waited for and never sent, and those that are sent and never taken.
extension LintSubject {
    var eventNames: [LintFinding] { undeclared + unused(events: chart.externalEvents.keys.sorted()) + raises + sends }

    private var undeclared: [LintFinding] {
        transitions.compactMap { state, index, transition in
            guard let event = transition.event, event != .any, isFirst(event, state, index) else { return nil }
            guard !sent.canSend(event), !isForeignOutside(event) else { return nil }
            let own = ["done.", "error.", "timer."].contains { event.text.hasPrefix($0) }
            return finding(
                .undeclaredEvent, state: state, at: position(of: index, in: state), subject: event.text,
                own
                    ? "there is no state, invocation or timer that sends '\(event.text)': this is never taken"
                    : "nothing sends '\(event.text)': declare it in schemas.events, or it is refused at the door")
        }
    }

    /// Exports declare no events; then every name may come.
    private func isForeignOutside(_ event: EventDescriptor) -> Bool {
        places.dialect == .xstate && chart.externalEvents.isEmpty && !isOwn(event.text)
    }

    private func isOwn(_ name: String) -> Bool { ["done.", "error.", "timer."].contains { name.hasPrefix($0) } }

    private func isFirst(_ event: EventDescriptor, _ state: Int, _ index: Int) -> Bool {
        index == 0 || chart.states[state].transitions[index - 1].event != event
    }

    private func unused(events: [String]) -> [LintFinding] {
        events.filter { !taken.contains($0) }.map { event in
            finding(
                .unusedEvent, state: 0, at: places.events[event], subject: event,
                "no transition takes '\(event)': it is let in and changes nothing")
        }
    }

    private var raises: [LintFinding] {
        sent.raised.filter { !taken.contains($0.event) }.map { event, state in
            finding(
                .unhandledRaise, state: state, subject: event,
                "\(name(state)) raises '\(event)', and no transition takes it: it is dropped")
        }
    }

    private var sends: [LintFinding] {
        sent.sent.compactMap { event, receiver, state in
            let other: Chart?
            if receiver == "parent" {
                other = parent
            } else {
                let invocation = chart.states.lazy.flatMap(\.invocations).first { $0.id == receiver }
                other = invocation.flatMap { chart.children[$0.source] }
            }
            guard let other, !TakenEvents(other).contains(event) else { return nil }
            return finding(
                .unhandledSend, state: state, subject: event,
                "\(name(state)) sends '\(event)' to the chart '\(other.id)', where no transition takes it")
        }
    }
}
