import JSONValue
import Store

/// What wakes a post next, and when: every page and answer about a post says it.
package struct Waiting: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable {
        case nothing, person, timer, assignment, answer, callback, event, release
    }

    package var kind: Kind
    /// One sentence for people.
    package var text: String
    /// When the wait ends by itself, if it does.
    package var until: Timestamp?

    package init(kind: Kind, text: String, until: Timestamp? = nil) {
        self.kind = kind
        self.text = text
        self.until = until
    }

    package var json: JSON {
        ["kind": .string(kind.rawValue), "text": .string(text), "until": JSON(until?.description)]
    }

    /// All that a post waits for, what comes first in front. `holds` are those on more than one post.
    package static func all(_ detail: PostDetail, holds: [HoldRow] = []) -> [Waiting] {
        var waits: [Waiting] = []
        if let held = detail.row.state.metadata["held"] {
            waits.append(Waiting(kind: .release, text: "held by \(Self.hold(held)); 'release' lets it go on"))
        }
        if detail.pendingEvents > 0 {
            waits.append(
                Waiting(kind: .event, text: "\(detail.pendingEvents) events in its inbox are about to be taken"))
        }
        if let parked = detail.row.state.metadata["parked"] {
            let problem = parked["problem"]?.string ?? "an event could not be applied"
            waits.append(Waiting(kind: .person, text: "parked for a person: \(problem)"))
        } else if detail.row.state.waitsFor == .person {
            waits.append(Waiting(kind: .person, text: "a person decides: \(person(detail.row.state))"))
        }
        // A held job waits for what is said of its post already.
        waits += detail.jobs.filter { $0.phase != .done && !$0.isHeld }.map { job in
            job.phase == .waiting
                ? holds.first { $0.covers(job) }.map { held(job, $0) } ?? Self.job(job) : Self.job(job)
        }
        waits += detail.timers.map { timer in
            Waiting(kind: .timer, text: "the timer '\(timer.name)' fires", until: timer.due)
        }
        if detail.row.state.waitsFor == .nothing {
            return [Waiting(kind: .nothing, text: "the post has ended: \(detail.row.state.status)")]
        }
        return waits.sorted { ($0.until ?? .distantFuture) < ($1.until ?? .distantFuture) }
    }

    private static func hold(_ held: JSON) -> String {
        let words = ["actor", "since", "reason"].map { held[$0]?.string ?? "?" }
        return "\(words[0]) since \(words[1]): \(words[2])"
    }

    private static func held(_ job: JobRow, _ hold: HoldRow) -> Waiting {
        Waiting(
            kind: .release,
            text: "job \(job.key) waits for the release of \(hold.subject), "
                + "held by \(hold.actor) since \(hold.createdAt): \(hold.reason)")
    }

    private static func person(_ state: PostState) -> String {
        let stage = state.stage
        guard state.status == "failed" else { return "\(stage) is waiting to be approved or rejected" }
        let reason = state.metadata["error"]?["message"]?.string ?? "its last attempt failed"
        return "\(stage) failed (\(reason)); 'retry' starts the stage again, 'cancel' ends the post"
    }

    private static func job(_ job: JobRow) -> Waiting {
        switch job.phase {
        case .waiting:
            Waiting(
                kind: .assignment, text: "a free endpoint that can do '\(job.source)' (job \(job.key))",
                until: job.wakeAt)
        case .starting:
            Waiting(
                kind: .answer, text: "\(job.endpoint ?? "an endpoint") answers job \(job.key), attempt \(job.attempt)",
                until: job.wakeAt)
        case .accepted, .done:
            Waiting(
                kind: .callback,
                text: "\(job.endpoint ?? "an endpoint") calls back about job \(job.key), attempt \(job.attempt)",
                until: job.wakeAt)
        }
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
