import JSONValue

/// What an exploration found out about a chart.
package struct Exploration: Sendable {
    /// One event of a path, with what it carried and where it led.
    package struct Step: Sendable, Hashable {
        package var event: String
        package var data: JSONObject
        package var to: [String]
    }

    package struct Place: Sendable {
        package var configuration: [String]
        /// A shortest way there.
        package var path: [Step]
        /// More words: the event that was not taken, the error.
        package var detail: String
    }

    /// How many different situations (configuration, memory and what guards can see of the context) were visited.
    package var situations = 0
    /// How many of their configurations differ.
    package var configurations = 0
    package var steps = 0
    /// False when the limit was reached first.
    package var isComplete = true
    /// True when for some event only a part of the combinations of its payload was tried.
    package var isPayloadCut = false
    package var stateCount = 0
    package var transitionCount = 0
    /// A shortest way to each state, by its path, in the order of the chart.
    package var paths: [(state: String, path: [Step])] = []
    package var unreachedStates: [String] = []
    /// Transitions that were never taken: `state: label`.
    package var untakenTransitions: [String] = []
    /// Not ended, and no event changes anything.
    package var deadEnds: [Place] = []
    /// Whence no end can be reached. Empty when the chart has no end at all.
    package var endless: [Place] = []
    package var hasEnd = false
    /// A timer, a job's result or another event of the service that its configuration does not take.
    package var unhandled: [Place] = []
    /// Events from outside that no configuration takes.
    package var untakenEvents: [String] = []
    /// Macrosteps that failed.
    package var errors: [Place] = []

    /// True when something is wrong with the chart, as far as an exploration can tell.
    package var hasFindings: Bool {
        !unreachedStates.isEmpty || !deadEnds.isEmpty || !endless.isEmpty || !errors.isEmpty
    }
}
