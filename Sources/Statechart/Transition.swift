import JSONValue

/// One candidate of a state: taken when its event matches, its guard holds and no candidate before it was enabled.
package struct Transition: Sendable {
    /// Nil for an eventless transition.
    package var event: EventDescriptor?
    package var condition: Expression?
    /// Empty: the configuration stays as it is, only the actions run.
    package var targets: [Int]
    /// True leaves and enters the source again although all targets lie within it.
    package var isReentering: Bool
    /// The context patch comes first.
    package var actions: [Action]

    package init(
        event: EventDescriptor?, condition: Expression? = nil, targets: [Int] = [], isReentering: Bool = false,
        actions: [Action] = []
    ) {
        self.event = event
        self.condition = condition
        self.targets = targets
        self.isReentering = isReentering
        self.actions = actions
    }
}

/// Which events a transition takes.
package enum EventDescriptor: Sendable, Hashable {
    case exact(String)
    /// `foo.*`: `foo` itself and everything that begins with `foo.`.
    case prefix(String)
    case any

    package init(_ text: String) {
        if text == "*" {
            self = .any
        } else if text.hasSuffix(".*") {
            self = .prefix(String(text.dropLast(2)))
        } else {
            self = .exact(text)
        }
    }

    package var text: String {
        switch self {
        case .exact(let name): name
        case .prefix(let name): name + ".*"
        case .any: "*"
        }
    }

    /// How closely the descriptor fits a name; nil when it does not. Larger wins.
    func closeness(to name: String) -> Int? {
        switch self {
        case .exact(let exact): exact == name ? .max : nil
        case .prefix(let prefix):
            name == prefix || (name.hasPrefix(prefix) && name.dropFirst(prefix.count).first == ".")
                ? prefix.utf8.count + 1 : nil
        case .any: 0
        }
    }

    package func matches(_ name: String) -> Bool { closeness(to: name) != nil }
}

/// What a transition, an entry or an exit does.
package enum Action: Sendable {
    /// Puts new members over the context. All values are computed before the first is set.
    case assign([Assignment])
    /// Queues an event for this same macrostep.
    case raise(event: String, data: [Assignment])
    /// Clears a timer, by ``After/name``.
    case cancel(timer: String)
    case log(Expression)
    /// An effect that the pipeline carries out.
    case named(String, parameters: [Assignment])
}
