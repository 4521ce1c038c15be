import JSONValue

/// A checked expression of a chart: its source text and the closure that it was compiled to.
package struct Expression: Sendable {
    package let text: String
    package let evaluate: @Sendable (Scope) throws(ExpressionError) -> JSON
    /// The same, for an expression whose value is always a boolean.
    package let predicate: (@Sendable (Scope) throws(ExpressionError) -> Bool)?

    package init(
        _ text: String, predicate: (@Sendable (Scope) throws(ExpressionError) -> Bool)? = nil,
        evaluate: @escaping @Sendable (Scope) throws(ExpressionError) -> JSON
    ) {
        self.text = text
        self.predicate = predicate
        self.evaluate = evaluate
    }

    /// A value that is the same in every scope.
    package init(constant value: JSON) {
        self.init(value.text) { _ in value }
    }
}

/// What an expression may read. All of it is bound before evaluation: equal scopes give equal values.
package struct Scope: Sendable {
    package var context: JSON
    /// What the event carries. With imported SCXML the whole of `_event`, and null before the first event.
    package var event: JSON
    /// The event's name, which expressions of our own format see as `event.type`.
    package var eventName: String
    package var settings: JSON
    package var now: Timestamp
    /// The active states by id, for `In()`.
    package var active: StateSet
    /// Imported SCXML's `_name`, `_sessionid` and `_ioprocessors`; null with our own format.
    package var session: JSON

    package init(
        context: JSON, event: JSON, eventName: String = "", settings: JSON, now: Timestamp, active: StateSet = [],
        session: JSON = .null
    ) {
        self.context = context
        self.event = event
        self.eventName = eventName
        self.settings = settings
        self.now = now
        self.active = active
        self.session = session
    }
}

/// Why an expression has no value.
package struct ExpressionError: Error, Hashable {
    package let message: String

    package init(_ message: String) { self.message = message }
}

/// A named value of a patch, an input or a payload. Several are evaluated against one scope: their order means nothing.
package struct Assignment: Sendable {
    package var name: String
    package var value: Expression
    /// What is wrong with a value for a member of the context, by its declared schema; nil when it fits. Absent where
    /// the expression's type leaves nothing to ask.
    package var problem: (@Sendable (JSON) -> String?)?

    package init(name: String, value: Expression, problem: (@Sendable (JSON) -> String?)? = nil) {
        self.name = name
        self.value = value
        self.problem = problem
    }
}
