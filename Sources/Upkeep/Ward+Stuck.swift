import JSONValue
import Pipeline
import Store

extension Ward {
    /// A row of `stuck_posts` in words: what should have woken the post, why it did not, and what to do.
    func explain(_ stuck: StuckPost, _ detail: PostDetail) -> Complaint {
        Complaint(
            .stuck, subject: stuck.post.description, since: stuck.since, text: expectation(stuck, detail),
            cause: cause(stuck, detail), mend: remedy(stuck, detail))
    }

    private func expectation(_ stuck: StuckPost, _ detail: PostDetail) -> String {
        let post = "post \(stuck.post) (\(detail.row.state.configuration.joined(separator: ", ")))"
        switch stuck.reason {
        case "nothing_wakes_it": return "\(post) waits for work, and nothing will wake it"
        case "overdue_timer":
            let name = detail.timers.first { $0.due == stuck.since }?.name ?? "?"
            return "\(post): the timer '\(name)' was due at \(stuck.since) and has not fired"
        case "unserved_job":
            let job = overdue(stuck, detail)
            return "\(post): job \(words(job)) queued until \(stuck.since), and nobody ended its wait"
        case "overdue_job":
            let job = overdue(stuck, detail)
            return "\(post): job \(words(job)) at '\(job?.endpoint ?? "?")' was to be heard of by \(stuck.since), "
                + "and nobody ended its wait"
        case "overdue_event": return "\(post) has an event in its inbox since \(stuck.since) that nobody took"
        default: return "\(post): \(stuck.reason)"
        }
    }

    private func cause(_ stuck: StuckPost, _ detail: PostDetail) -> String {
        if let problem = detail.row.state.metadata["parked"]?["problem"]?.string {
            return "the post is parked, an event could not be applied: \(problem)"
        }
        if livingNodes.isEmpty { return "no node works on this database" }
        if !desk.hasChart(detail.row.state.chart) {
            return
                "this node does not have the post's chart \(detail.row.state.chart.prefix(12)), and none that has it "
                + "takes its events"
        }
        if stuck.reason == "nothing_wakes_it" {
            return "its rows in jobs and timers were removed, or its chart has a state that waits for nothing"
        }
        let source = overdue(stuck, detail)?.source
        let absence = stuck.reason == "unserved_job" ? source.flatMap { self.absence(of: $0) } : nil
        let loop =
            "the loop of the living nodes (\(livingNodes.joined(separator: ", "))) does not get to it: overload, "
            + "or an error that stands in their logs"
        return absence.map { "\($0); and \(loop)" } ?? loop
    }

    private func remedy(_ stuck: StuckPost, _ detail: PostDetail) -> String {
        let accepted = desk.acceptedEvents(detail.row.state)
        if detail.row.state.metadata["parked"] != nil {
            let event = accepted.contains("retry") ? "retry" : accepted.first ?? "cancel"
            return "mend the cause, then: \(Mending.event(event, stuck.post))"
        }
        if livingNodes.isEmpty { return "start one: rejoinder serve" }
        if !desk.hasChart(detail.row.state.chart) {
            return "start a node of the version that has the chart, or move its posts: rejoinder chart migrate --help"
        }
        if stuck.reason == "nothing_wakes_it" {
            return accepted.contains("retry")
                ? "rejoinder posts retry \(stuck.post)" : Mending.cancel(stuck.post)
        }
        if stuck.reason == "unserved_job", let source = overdue(stuck, detail)?.source, absence(of: source) != nil {
            return remedy(for: source)
        }
        return "read the log and /readyz of the nodes; restarting one takes the work up again"
    }

    private func overdue(_ stuck: StuckPost, _ detail: PostDetail) -> JobRow? {
        detail.jobs.first { $0.wakeAt == stuck.since } ?? detail.jobs.first
    }

    private func words(_ job: JobRow?) -> String { job.map { "\($0.key) ('\($0.source)')" } ?? "?" }
}
