import JSONValue

/// An input of a chart: what happened, with a payload. Expressions see it as `event`: its payload's members and
/// `event.type`; those of imported SCXML as `_event`.
package struct Event: Sendable, Hashable {
    /// Whether the event still concerns anything is decided by its origin before any transition is looked for.
    package enum Origin: Sendable, Hashable {
        /// A person, a tool, the scanner, another post.
        case external
        /// A timer; dropped unless this occurrence of this timer is live.
        case timer(name: String, occurrence: Int)
        /// A job, by its number; dropped unless that job is live. A terminal event ends the job.
        case job(number: Int, isTerminal: Bool)
    }

    package var name: String
    package var data: JSONObject
    package var origin: Origin
    /// What imported SCXML knows of the event beside name and payload; nil for all other events.
    package var envelope: Envelope?

    /// The fields of `_event` (W3C SCXML, 5.10.1).
    package struct Envelope: Sendable, Hashable {
        package enum Kind: String, Sendable, Hashable { case platform, `internal`, external }

        package var kind: Kind
        package var sendID: String?
        package var origin: String?
        package var originType: String?
        package var invokeID: String?
        /// The whole payload when it is no object; nil means `data`, or nothing when that is empty.
        package var content: JSON?

        package init(
            _ kind: Kind, sendID: String? = nil, origin: String? = nil, originType: String? = nil,
            invokeID: String? = nil, content: JSON? = nil
        ) {
            self.kind = kind
            self.sendID = sendID
            self.origin = origin
            self.originType = originType
            self.invokeID = invokeID
            self.content = content
        }
    }

    package init(_ name: String, data: JSONObject = JSONObject(), origin: Origin = .external, envelope: Envelope? = nil)
    {
        self.name = name
        self.data = data
        self.origin = origin
        self.envelope = envelope
    }

    /// The name under which an invocation's `onDone` hears of its job's result.
    package static func done(invocation: String, job: Int, data: JSONObject) -> Event {
        Event("done.invoke.\(invocation)", data: data, origin: .job(number: job, isTerminal: true))
    }

    /// The name under which an invocation's `onError` hears of its job's failure or timeout.
    package static func error(invocation: String, job: Int, data: JSONObject) -> Event {
        Event("error.invoke.\(invocation)", data: data, origin: .job(number: job, isTerminal: true))
    }

    /// A timer's event; charts declare it with `after`.
    package static func timer(_ name: String, occurrence: Int) -> Event {
        Event("timer.\(name)", origin: .timer(name: name, occurrence: occurrence))
    }
}
