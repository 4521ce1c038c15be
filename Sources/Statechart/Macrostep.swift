import JSONValue

/// One event taken to the end: the new snapshot, and why and with what effects it came about.
package struct Macrostep: Sendable, Hashable {
    package enum Outcome: String, Sendable, Hashable {
        /// At least one transition was taken (perhaps one without a target).
        case taken
        /// No enabled transition: nothing changed.
        case ignored
        /// The timer or job that the event comes from is not live: nothing changed.
        case stale
    }

    /// A guard that was asked, in order.
    package struct GuardResult: Sendable, Hashable {
        /// Path of the state whose transition it guards.
        package var state: String
        /// The expression's source text.
        package var guardText: String
        package var isTrue: Bool

        package init(state: String, guardText: String, isTrue: Bool) {
            self.state = state
            self.guardText = guardText
            self.isTrue = isTrue
        }
    }

    package var outcome: Outcome
    package var snapshot: Snapshot
    package var effects: [Effect]
    package var guards: [GuardResult]
    /// True when a top-level final state was reached: the instance has ended.
    package var isFinal: Bool
    /// True when the configuration holds a state marked `waiting: person`.
    package var waitsForPerson: Bool
    /// `meta` of the active states, inner members over outer ones.
    package var meta: JSONObject

    package init(
        outcome: Outcome, snapshot: Snapshot, effects: [Effect] = [], guards: [GuardResult] = [],
        isFinal: Bool = false, waitsForPerson: Bool = false, meta: JSONObject = JSONObject()
    ) {
        self.outcome = outcome
        self.snapshot = snapshot
        self.effects = effects
        self.guards = guards
        self.isFinal = isFinal
        self.waitsForPerson = waitsForPerson
        self.meta = meta
    }
}

/// What expressions may read besides the context and the event; bound once a macrostep.
package struct Surroundings: Sendable {
    package var now: Timestamp
    /// The settings that the pipeline declares to charts, as one object.
    package var settings: JSON

    package init(now: Timestamp, settings: JSON) {
        self.now = now
        self.settings = settings
    }
}

/// Why a macrostep could not be made. The snapshot stays as it was.
package struct ChartError: Error, Hashable, CustomStringConvertible {
    package enum Code: String, Sendable, Hashable {
        /// A guard or an assignment failed (a missing member, an overflow, a wrong type).
        case expression
        /// The configuration or memory names a state or invocation that the chart does not have.
        case unknownState
        /// More than the permitted number of microsteps in one macrostep.
        case microstepLimit
        /// The context no longer fits its schema.
        case contextSchema
        /// An event's receiver, or a chart to invoke, is not to be reached.
        case communication
        /// The instance cannot be moved to another chart.
        case migration
    }

    package let code: Code
    /// Path of the state whose element failed, empty for the chart itself.
    package let state: String
    package let message: String
    /// The sent event that failed, in imported SCXML.
    package let sendID: String?

    package init(_ code: Code, state: String, _ message: String, sendID: String? = nil) {
        self.code = code
        self.state = state
        self.message = message
        self.sendID = sendID
    }

    package var description: String { state.isEmpty ? message : "\(message) (in state '\(state)')" }
}
