import JSONValue
import Statechart
import Store

/// What the durable shell asks of the domain. All of it is pure or reads memory only: it runs between reading and
/// committing a batch.
package protocol EnginePolicy: Sendable {
    /// The interpreter of a chart by its digest; nil when this node lacks it, and then leaves the post to others.
    func interpreter(for chart: String) -> Interpreter?
    /// The chart that new posts start on.
    var currentChart: String { get }
    /// The settings that charts may read, and their digest for the history.
    var chartSettings: JSON { get }
    var settingsDigest: String { get }

    /// Resolves a named delay of a chart. Randomness (jitter) comes from `random`, in [0, 1).
    func duration(
        of delay: String, context: JSONObject, event: JSONObject, now: Timestamp, random: Double
    ) -> Duration
    /// How long a job of this source may be silent, and how long it may wait to be assigned.
    func silence(of source: String) -> Duration
    func queueLimit(of source: String) -> Duration
    /// Whether jobs of this source go to the one of equally preferred endpoints that is measured to be fastest.
    func isTimeSensitive(_ source: String) -> Bool
    /// What the expiry of a job's clock means: a job whose far side cannot be asked twice ends in `unknown_outcome`.
    func expiry(of source: String, phase: JobRow.Phase) -> JobFailure
    /// What else is written when a job is assigned, when it expires, and when the chart names an action.
    func extras(for change: EngineChange) -> Extras
}

extension EnginePolicy {
    package func isTimeSensitive(_ source: String) -> Bool { false }
}

/// A moment at which the domain may add rows to a write.
package enum EngineChange: Sendable {
    case assigned(JobRow)
    case expired(JobRow)
    case action(post: PostID, name: String, parameters: JSONObject)
}

/// Rows that go into the same transaction as the macrostep they belong to.
package struct Extras: Sendable {
    package var results: [ResultRow] = []
    package var comments: [CommentRow] = []
    package var costs: [CostRow] = []
    package var limits: [LimitWrite] = []
    package var emitted: [InboxEvent] = []

    package init(
        results: [ResultRow] = [], comments: [CommentRow] = [], costs: [CostRow] = [], limits: [LimitWrite] = [],
        emitted: [InboxEvent] = []
    ) {
        self.results = results
        self.comments = comments
        self.costs = costs
        self.limits = limits
        self.emitted = emitted
    }
}

/// A job's good end: what the chart sees of it, and what is stored.
package struct Completion: Sendable {
    /// Small typed values; all that the chart and the history see.
    package var facts: JSONObject
    package var extras: Extras

    package init(facts: JSONObject, extras: Extras = Extras()) {
        self.facts = facts
        self.extras = extras
    }
}

/// A job's bad end. Codes are words of ours; the message is short and for people.
package struct JobFailure: Error, Sendable {
    package var code: String
    package var message: String
    package var isRetryable: Bool
    /// What the far side asked for; policies wait at least this long before the next try.
    package var retryAfter: Duration?
    package var extras: Extras

    package init(
        code: String, message: String, isRetryable: Bool, retryAfter: Duration? = nil, extras: Extras = Extras()
    ) {
        self.code = code
        self.message = String(message.prefix(200))
        self.isRetryable = isRetryable
        self.retryAfter = retryAfter
        self.extras = extras
    }
}
