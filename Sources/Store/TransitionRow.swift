import JSONValue

/// The history row of one macrostep: enough to replay it through the interpreter, and no text of the post.
package struct TransitionRow: Sendable, Hashable {
    package var post: PostID
    /// The revision that this macrostep made.
    package var revision: Int64
    /// Set by the store when it writes: the database's clock.
    package var at: Timestamp
    package var event: String
    /// The event's payload: facts, never texts.
    package var data: JSONObject
    /// Where the event came from: `external`, `timer:<name>#<occurrence>`, `job:<number>` or `job:<number>!` when it
    /// ended the job, `start`.
    package var origin: String
    /// Who caused it: `person:<name>`, `endpoint:<name>`, `timer`, `scanner`, `dispatcher`, `tool:<name>`, `service`.
    package var actor: String
    package var from: [String]
    package var to: [String]
    /// Guards in the order they were asked: `[{state, guard, result}]`.
    package var guards: JSON
    /// Effects as small objects: `[{job, …}]`, `[{timer, delay_us}]`, …
    package var effects: JSON
    /// The moment that expressions saw as `now`.
    package var now: Timestamp
    package var chart: String
    package var settingsDigest: String
    /// How long the interpreter took, in microseconds.
    package var durationMicroseconds: Int64
    /// Why a broken macrostep parked the post; nil otherwise.
    package var problem: String?
    /// Set by the store when it writes.
    package var batch: String

    package init(
        post: PostID, revision: Int64, at: Timestamp = Timestamp(microseconds: 0), event: String, data: JSONObject,
        origin: String, actor: String, from: [String], to: [String], guards: JSON, effects: JSON, now: Timestamp,
        chart: String, settingsDigest: String, durationMicroseconds: Int64, problem: String? = nil, batch: String = ""
    ) {
        self.post = post
        self.revision = revision
        self.at = at
        self.event = event
        self.data = data
        self.origin = origin
        self.actor = actor
        self.from = from
        self.to = to
        self.guards = guards
        self.effects = effects
        self.now = now
        self.chart = chart
        self.settingsDigest = settingsDigest
        self.durationMicroseconds = durationMicroseconds
        self.problem = problem
        self.batch = batch
    }
}
