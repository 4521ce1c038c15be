import JSONValue
import Store

/// What wakes a post next, and when: every page and answer about a post says it.
package struct Waiting: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable {
        /// The post has ended.
        case nothing
        case person, timer, assignment, answer, callback, event, release
        /// Nothing wakes a post that has not ended: a mistake, which `rejoinder doctor` explains.
        case stuck
    }

    package var kind: Kind
    /// One sentence for people.
    package var text: String
    /// Since when it is waited for, where that is known.
    package var since: Timestamp?
    /// When the wait ends by itself, if it does.
    package var until: Timestamp?

    package init(kind: Kind, text: String, since: Timestamp? = nil, until: Timestamp? = nil) {
        self.kind = kind
        self.text = text
        self.since = since
        self.until = until
    }

    package var json: JSON {
        [
            "kind": .string(kind.rawValue), "text": .string(text), "since": JSON(since?.description),
            "until": JSON(until?.description),
        ]
    }

    /// All that a post waits for, what comes first in front; never empty. `accepts` are the events that its present state
    /// takes from outside, `holds` those on more than one post.
    package static func all(
        _ detail: PostDetail, accepts: [String] = [], holds: [HoldRow] = []
    ) -> [Waiting] {
        let state = detail.row.state
        if state.waitsFor == .nothing {
            return [Waiting(kind: .nothing, text: "the post has ended: \(state.status)", since: detail.changedAt)]
        }
        var waits: [Waiting] = []
        if let held = state.metadata["held"] {
            waits.append(Waiting(kind: .release, text: "held by \(hold(held)); 'release' lets it go on"))
        }
        if detail.pendingEvents > 0 {
            let text =
                detail.pendingEvents == 1
                ? "an event in its inbox is about to be taken"
                : "\(detail.pendingEvents) events in its inbox are about to be taken"
            waits.append(Waiting(kind: .event, text: text, until: detail.at))
        }
        // A held job waits for what is said of its post already.
        waits += detail.jobs.filter { !$0.isHeld }.map { job in
            let hold = job.phase == .waiting ? holds.first { $0.covers(job) } : nil
            return hold.map { held(job, $0) } ?? self.job(job, at: detail.at)
        }
        waits += detail.timers.map { timer in
            Waiting(kind: .timer, text: "the timer '\(timer.name)' fires", until: timer.due)
        }
        if let text = person(state, accepts) {
            waits.append(Waiting(kind: .person, text: text, since: detail.changedAt))
        }
        guard !waits.isEmpty else {
            let text = "nothing wakes it, which is a mistake: 'rejoinder doctor' says how to mend it"
            return [Waiting(kind: .stuck, text: text, since: detail.changedAt)]
        }
        return waits.sorted { ($0.until ?? .distantFuture) < ($1.until ?? .distantFuture) }
    }

    // MARK: - Holds

    private static func hold(_ held: JSON) -> String {
        let words = ["actor", "since", "reason"].map { held[$0]?.string ?? "?" }
        return "\(words[0]) since \(words[1]): \(words[2])"
    }

    private static func held(_ job: JobRow, _ hold: HoldRow) -> Waiting {
        Waiting(
            kind: .release,
            text: "job \(job.key) waits for the release of \(hold.subject), held by \(hold.actor): \(hold.reason)",
            since: hold.createdAt)
    }

    // MARK: - Persons

    private static func person(_ state: PostState, _ accepts: [String]) -> String? {
        let ways = accepts.isEmpty ? "" : "; it takes \(accepts.joined(separator: ", "))"
        if let parked = state.metadata["parked"] {
            return "parked for a person: \(parked["problem"]?.string ?? "an event could not be applied")\(ways)"
        }
        guard state.waitsFor == .person else { return nil }
        return "a person decides: \(decision(state))\(ways)"
    }

    private static func decision(_ state: PostState) -> String {
        switch state.status {
        case "failed":
            let reason = state.metadata["error"]?["message"]?.string ?? "its last attempt failed"
            return "\(state.stage) failed (\(reason)); 'retry' starts the stage again, 'cancel' ends the post"
        case "unknown":
            return "whether the comment was posted is not known; 'retry' looks again, 'resend' sends it again, "
                + "'settle' leaves it"
        default: return "\(state.stage) is waiting to be approved or rejected"
        }
    }

    // MARK: - Jobs

    private static func job(_ job: JobRow, at now: Timestamp) -> Waiting {
        switch job.phase {
        case .waiting:
            let pause = job.readyAt > now ? ", not before \(job.readyAt)" : ""
            return Waiting(
                kind: .assignment,
                text: "a free endpoint that can do '\(job.source)' (job \(job.key)\(pause)), else it fails",
                since: job.queuedAt, until: job.wakeAt)
        case .starting:
            return Waiting(
                kind: .answer,
                text: "\(job.endpoint ?? "an endpoint") answers job \(job.key), attempt \(job.attempt)\(clock(job))",
                since: job.assignedAt, until: job.wakeAt)
        case .accepted:
            return Waiting(
                kind: .callback,
                text: "\(job.endpoint ?? "an endpoint") calls back about job \(job.key), attempt \(job.attempt)"
                    + clock(job),
                since: job.lastHeardAt ?? job.assignedAt, until: job.wakeAt)
        }
    }

    /// Which of the two clocks of a running attempt ends it first.
    private static func clock(_ job: JobRow) -> String {
        job.deadline.map { $0 <= job.wakeAt } ?? false
            ? ", else its time is up" : ", else it counts as silent"
    }
}

extension HoldRow {
    /// Whether the hold keeps the job from being assigned, whichever endpoint would get it.
    fileprivate func covers(_ job: JobRow) -> Bool {
        switch scope {
        case .everything: true
        case .stage: job.stage == name
        case .community: job.community == name
        case .endpoint: false
        }
    }
}

extension Timestamp {
    fileprivate static let distantFuture = Timestamp(microseconds: .max)
}
