import JSONValue

/// A checked expression of a chart: its source text and the closure that it was compiled to.
package struct Expression: Sendable {
    package let text: String
    package let evaluate: @Sendable (Scope) throws(ExpressionError) -> JSON

    package init(_ text: String, evaluate: @escaping @Sendable (Scope) throws(ExpressionError) -> JSON) {
        self.text = text
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
    /// The payload's members with `type` put over them.
    package var event: JSON
    package var settings: JSON
    package var now: Timestamp
    /// The active states by id, for `In()`.
    package var active: [Bool]

    package init(context: JSON, event: JSON, settings: JSON, now: Timestamp, active: [Bool] = []) {
        self.context = context
        self.event = event
        self.settings = settings
        self.now = now
        self.active = active
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

    package init(name: String, value: Expression) {
        self.name = name
        self.value = value
    }
}
