import JSONValue

/// An input of a chart: what happened, with a payload. Expressions see it as `event`: its payload's members and
/// `event.type`.
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

    package init(_ name: String, data: JSONObject = [:], origin: Origin = .external) {
        self.name = name
        self.data = data
        self.origin = origin
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
