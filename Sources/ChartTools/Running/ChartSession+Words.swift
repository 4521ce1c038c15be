import JSONValue
import Statechart

/// What a session shows.
extension ChartSession {
    /// One line: where it stands.
    var place: String {
        let words = configuration.joined(separator: ", ")
        if moment.isFinal { return "⏹ \(words): ended" }
        let events = accepted
        return "▶ \(words)" + (events.isEmpty ? "" : "   takes: \(events.joined(separator: ", "))")
    }

    /// Everything that would be stored of the instance, and what it waits for.
    var status: String {
        var lines = [place, "time      \(moment.now)", "context   \(JSON.object(moment.snapshot.context).text)"]
        for job in moment.jobs {
            lines.append("job       \(job.number) \(job.invocation) within \(ChartDelayText.text(job.timeout))")
        }
        for timer in moment.timers.sorted(by: { ($0.due, $0.name) < ($1.due, $1.name) }) {
            lines.append("timer     \(timer.name) due \(timer.due), in \(ChartDelayText.text(timer.due - moment.now))")
        }
        for (state, kept) in moment.snapshot.history.sorted(by: { $0.key < $1.key }) {
            lines.append("history   \(state): \(kept.joined(separator: ", "))")
        }
        return lines.map(ChartText.clean).joined(separator: "\n")
    }

    var history: String {
        let steps = moments.dropFirst().compactMap { moment in moment.last.map { ($0, moment) } }
        return steps.enumerated().map { index, step in
            let (taken, moment) = step
            let data = taken.data.isEmpty ? "" : " \(JSON.object(taken.data).text.shortened(to: 60))"
            return "\(index + 1)  \(taken.at)  \(taken.event)\(data)  → "
                + moment.snapshot.configuration.joined(separator: ", ")
        }.map(ChartText.clean).joined(separator: "\n")
    }

    var visited: Set<String> { Set(moments.flatMap(\.snapshot.configuration)) }

    /// Events that an active state has a transition for, in words that can be typed.
    private var accepted: [String] {
        guard !moment.isFinal else { return [] }
        let outside = chart.externalEvents.keys.sorted().filter { chart.accepts(event: $0, in: configuration) }
        let jobs = moment.jobs.flatMap { job in ["done \(job.invocation)", "error \(job.invocation)"] }
        let hints =
            moment.jobs.isEmpty
            ? []
            : vocabulary.events.keys.sorted().filter { chart.accepts(event: $0, in: configuration) }
        return outside.map { "send \($0)" } + jobs + hints.map { $0 == "job.assigned" ? "assign" : $0 }
            + (moment.timers.isEmpty ? [] : ["next"])
    }

    static func words(_ guards: [Macrostep.GuardResult]) -> [String] {
        guards.map { "  \($0.isTrue ? "✓" : "✗") \(TransitionLabel.oneLine($0.guardText))" }
    }
}
