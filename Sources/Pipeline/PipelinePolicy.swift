import Engine
import JSONValue
import Statechart
import Store

/// The domain's answers to the engine.
package struct PipelinePolicy: EnginePolicy {
    private let charts: ChartRegistry
    private let settings: PipelineSettings
    private let delays: NamedDelays
    package let chartSettings: JSON
    package let settingsDigest: String

    package init(charts: ChartRegistry, settings: PipelineSettings) {
        self.charts = charts
        self.settings = settings
        delays = NamedDelays(settings)
        chartSettings = settings.forCharts
        settingsDigest = String(settings.digest.prefix(16))
    }

    package func interpreter(for chart: String) -> Interpreter? { charts[chart]?.interpreter }
    package var currentChart: String { charts.current }

    /// A name that is not known cannot stand in a chart that was read; a minute keeps a post of a foreign chart moving.
    package func duration(
        of delay: String, context: JSONObject, event: JSONObject, now: Timestamp, random: Double
    ) -> Duration {
        delays.duration(of: delay, context: context, event: event, now: now, random: random) ?? .seconds(60)
    }

    package func silence(of source: String) -> Duration {
        JobSource(rawValue: source).map { settings[$0].silence } ?? .seconds(900)
    }

    package func isTimeSensitive(_ source: String) -> Bool {
        JobSource(rawValue: source).map { settings[$0].isTimeSensitive } ?? false
    }

    package func queueLimit(of source: String) -> Duration {
        JobSource(rawValue: source).map { settings[$0].queueLimit } ?? .seconds(86_400)
    }

    /// A comment whose request may be out has an unknown outcome; everything else can be asked again.
    package func expiry(of source: String, phase: JobRow.Phase) -> JobFailure {
        if phase == .waiting {
            return JobFailure(
                code: "queue_timeout", message: "no endpoint took the job within its queueing limit", isRetryable: false
            )
        }
        if source == JobSource.comment.rawValue {
            return JobFailure(
                code: "unknown_outcome", message: "the comment's outcome was not heard in time", isRetryable: false)
        }
        return JobFailure(code: "timeout", message: "the endpoint did not report in time", isRetryable: true)
    }

    package func extras(for change: EngineChange) -> Extras {
        switch change {
        case .assigned(let job): Extras(comments: comment(job, .sending))
        case .expired(let job): Extras(comments: job.phase == .waiting ? [] : comment(job, .unknown))
        case .action: Extras()
        }
    }

    /// The outbox row of a comment job; none for other jobs.
    private func comment(_ job: JobRow, _ state: CommentRow.State) -> [CommentRow] {
        guard job.source == JobSource.comment.rawValue, let endpoint = job.endpoint else { return [] }
        // An account's endpoint is called `reddit:<account>`.
        let account = endpoint.hasPrefix("reddit:") ? String(endpoint.dropFirst(7)) : endpoint
        return [
            CommentRow(
                account: account, post: job.key.post, state: state, attempt: "\(job.key)/\(job.attempt)",
                mark: CommentMark(post: job.key.post.rawValue).mark, bodyHash: job.input["sha256"]?.string ?? "")
        ]
    }
}
