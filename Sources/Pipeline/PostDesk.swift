import JSONSchema
import JSONValue
import Statechart
import Store

/// What the edge asks about posts: which events a state takes, whether a payload fits, what a new post is worth.
package struct PostDesk: Sendable {
    private let charts: ChartRegistry
    private let mode: PipelineSettings.PostingMode

    package init(charts: ChartRegistry, mode: PipelineSettings.PostingMode = .dryRun) {
        self.charts = charts
        self.mode = mode
    }

    /// Whether this node can run posts of a chart.
    package func hasChart(_ digest: String) -> Bool { charts[digest] != nil }

    /// Why a post of this id cannot be taken: without a Reddit id there is nothing that a comment could answer, which
    /// is better said before its research is paid for.
    package func refusal(of id: PostID) -> String? {
        guard id.fullname == nil, mode != .dryRun else { return nil }
        return "a post without a Reddit id has nothing to comment on: in posting mode '\(mode.rawValue)' name the "
            + "submission's fullname as 'id' (t3_…), or use the mode 'dry_run'"
    }

    /// Names of the outside events that the post's present state has a transition for.
    package func acceptedEvents(_ state: PostState) -> [String] {
        // What is said of all states no longer holds where the post has ended.
        guard state.waitsFor != .nothing, let entry = charts[state.chart] else { return [] }
        return entry.payloads.keys.sorted().filter {
            entry.interpreter.chart.accepts(event: $0, in: state.configuration)
        }
    }

    /// Why an event from outside cannot be given to the post: it is not declared, or its payload does not fit.
    package func refusal(of event: String, data: JSONObject, for state: PostState) -> String? {
        guard let entry = charts[state.chart] else { return nil }
        guard let schema = entry.payloads[event] else {
            let known = entry.payloads.keys.sorted().joined(separator: ", ")
            return "the chart declares no event '\(event.prefix(60))'; it declares \(known)"
        }
        guard let violation = schema.validate(.object(data)).first else { return nil }
        return "the payload of '\(event)' does not fit: \(violation.path.isEmpty ? "data" : violation.path) "
            + violation.message
    }

    /// The same for posts of any chart that this node has: no chart declares the event, or one that does refuses the
    /// payload.
    package func refusal(of event: String, data: JSONObject) -> String? {
        let schemas = charts.digests.compactMap { charts[$0]?.payloads[event] }
        guard !schemas.isEmpty else { return "no chart declares an event '\(event.prefix(60))'" }
        for schema in schemas {
            guard let violation = schema.validate(.object(data)).first else { continue }
            return "the payload of '\(event)' does not fit: \(violation.path.isEmpty ? "data" : violation.path) "
                + violation.message
        }
        return nil
    }

    package func priority(_ submission: Submission, _ now: Timestamp) -> Int { Priority.of(submission, now: now) }
}
