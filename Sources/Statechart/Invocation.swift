import JSONValue

/// Work that a state waits for. It starts at the end of the macrostep that entered the state.
package struct Invocation: Sendable {
    package enum Work: Sendable {
        /// A job for an endpoint.
        case job
        /// An instance of another chart of ``Chart/children``, within this instance.
        case chart(String)
        /// An instance of a chart that is known when the invocation starts: a URL or a document's text.
        case computed(Expression)
        /// What cannot be started, with the reason.
        case nothing(String)
    }

    /// Unique in the chart.
    package var id: String
    /// What the job does; the vocabulary lists the words. For a chart: its name.
    package var source: String
    package var input: [Assignment]
    /// For a job: the total time from assignment.
    package var timeout: Delay
    package var work: Work
    /// Where imported SCXML stores the id (`idlocation`).
    package var idLocation: Location?
    /// Runs when the invoked chart sends an event, before transitions are looked for (W3C SCXML, 6.5).
    package var finalize: [Action]
    /// Whether the invoked chart hears each external event (W3C SCXML, 6.4).
    package var autoforward: Bool

    package init(
        id: String, source: String, input: [Assignment], timeout: Delay, work: Work = .job,
        idLocation: Location? = nil, finalize: [Action] = [], autoforward: Bool = false
    ) {
        self.id = id
        self.source = source
        self.input = input
        self.timeout = timeout
        self.work = work
        self.idLocation = idLocation
        self.finalize = finalize
        self.autoforward = autoforward
    }
}
