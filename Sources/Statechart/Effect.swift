import JSONValue

/// What a macrostep asks the outside to do. The shell commits effects together with the snapshot that they come from.
package enum Effect: Sendable, Hashable {
    /// Start the job `number` for an invocation. A number that was used before means: the same job once more, as a new
    /// attempt.
    case startJob(StartJob)
    /// The invocation's state was left: its job's result no longer counts.
    case cancelJob(number: Int, invocation: String)
    /// Fire the timer's event after a delay. A name is set once at most between two clears.
    case setTimer(name: String, occurrence: Int, delay: Delay)
    case clearTimer(name: String, occurrence: Int)
    /// A named action with parameters; the pipeline knows what it means.
    case action(name: String, parameters: JSONObject)
    /// A line for the log, from the chart's `log` action.
    case log(String)
}

/// The start of a job, as the chart asks for it.
package struct StartJob: Sendable, Hashable {
    package var number: Int
    /// Id of the invocation in the chart, unique among its states.
    package var invocation: String
    /// What the job does: a capability that an endpoint must have.
    package var source: String
    /// The chart's `input`, evaluated.
    package var input: JSONObject
    /// Total time from assignment.
    package var timeout: Delay

    package init(number: Int, invocation: String, source: String, input: JSONObject, timeout: Delay) {
        self.number = number
        self.invocation = invocation
        self.source = source
        self.input = input
        self.timeout = timeout
    }
}

/// A span of time in a chart: fixed, or a name that the pipeline resolves with the settings and the post's context.
package enum Delay: Sendable, Hashable {
    case fixed(Duration)
    case named(String)
}
