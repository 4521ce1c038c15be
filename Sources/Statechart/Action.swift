import JSONValue

/// What a transition, an entry or an exit does.
package indirect enum Action: Sendable {
    /// Puts new members over the context. All values are computed before the first is set.
    case assign([Assignment])
    /// Queues an event for this same macrostep.
    case raise(event: String, data: [Assignment])
    /// Clears a timer, by ``After/name``.
    case cancel(timer: String)
    /// A line for the log, perhaps with a label before it.
    case log(Expression, label: String?)
    /// An effect that the pipeline carries out.
    case named(String, parameters: [Assignment])
    /// Sends an event: to this instance, to its parent or to a child; at once or after a delay.
    case send(Send)
    /// Takes back a delayed event by the id that it was sent under.
    case cancelSend(id: Expression)

    // What only imported SCXML has. Charts of our own format change their context by patches.

    /// A block of executable content (W3C SCXML, 4): an error skips the rest of the block and raises
    /// `error.execution`, and what the block did before stays.
    case block([Action])
    /// Gives a place in the data model a new value.
    case set(Location, Expression)
    /// The first branch whose condition holds; one without a condition always does.
    case choose([Branch])
    case forEach(ForEach)
    /// An element that fails whenever it is executed, with the reason: what could not be compiled.
    case fail(String)

    package struct Branch: Sendable {
        package var condition: Expression?
        package var actions: [Action]

        package init(condition: Expression?, actions: [Action]) {
            self.condition = condition
            self.actions = actions
        }
    }

    package struct ForEach: Sendable {
        package var array: Expression
        package var item: Location
        package var index: Location?
        package var actions: [Action]

        package init(array: Expression, item: Location, index: Location?, actions: [Action]) {
            self.array = array
            self.item = item
            self.index = index
            self.actions = actions
        }
    }
}

/// An event on its way: W3C SCXML's `<send>`, and `raise` with a delay.
///
/// Each part is an expression, evaluated when the action runs; nil means that it was not given.
package struct Send: Sendable {
    package var event: Expression?
    /// Where it goes: nothing for this instance, `#_internal`, `#_parent`, `#_<invocation>`, `#_scxml_<session>`.
    package var target: Expression?
    /// The event processor; nothing or SCXML's own.
    package var type: Expression?
    package var id: Expression?
    /// Where the id that was made up is stored.
    package var idLocation: Location?
    package var delay: SendDelay?
    package var parameters: [Assignment]
    /// The whole payload, in place of parameters.
    package var content: Expression?

    package init(
        event: Expression?, target: Expression? = nil, type: Expression? = nil, id: Expression? = nil,
        idLocation: Location? = nil, delay: SendDelay? = nil, parameters: [Assignment] = [], content: Expression? = nil
    ) {
        self.event = event
        self.target = target
        self.type = type
        self.id = id
        self.idLocation = idLocation
        self.delay = delay
        self.parameters = parameters
        self.content = content
    }
}

package enum SendDelay: Sendable {
    case fixed(Delay)
    /// A text such as `1.5s` or `250ms` (CSS2 times), known when the action runs.
    case computed(Expression)
}

/// A place in the data model: a variable, or a member below one.
package struct Location: Sendable, Hashable {
    package let text: String
    /// The variable and the members below it; nil when the text is no location, which fails when it is used.
    package let path: [String]?

    package init(_ text: String) {
        self.text = text
        let words = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        let isLegal = words.allSatisfy { word in
            guard let first = word.utf8.first, first > 0x39, first != UInt8(ascii: "[") else { return false }
            return word.utf8.allSatisfy { $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "$") || $0.isLetterOrDigit }
        }
        path = isLegal ? words : nil
    }
}

extension UInt8 {
    fileprivate var isLetterOrDigit: Bool {
        (0x30...0x39).contains(self) || (0x41...0x5A).contains(self) || (0x61...0x7A).contains(self) || self >= 0x80
    }
}
