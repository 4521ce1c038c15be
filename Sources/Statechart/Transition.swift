import JSONValue

/// One candidate of a state: taken when its event matches, its guard holds and no candidate before it was enabled.
package struct Transition: Sendable {
    /// Which events it takes; empty for an eventless transition.
    package var events: [EventDescriptor]
    package var condition: Expression?
    /// Empty: the configuration stays as it is, only the actions run.
    package var targets: [Int]
    /// True leaves and enters the source again although all targets lie within it. Imported SCXML says so of every
    /// transition that is not `type="internal"`.
    package var isReentering: Bool
    /// The context patch comes first.
    package var actions: [Action]

    package init(
        events: [EventDescriptor], condition: Expression? = nil, targets: [Int] = [], isReentering: Bool = false,
        actions: [Action] = []
    ) {
        self.events = events
        self.condition = condition
        self.targets = targets
        self.isReentering = isReentering
        self.actions = actions
    }

    package init(
        event: EventDescriptor?, condition: Expression? = nil, targets: [Int] = [], isReentering: Bool = false,
        actions: [Action] = []
    ) {
        self.init(
            events: event.map { [$0] } ?? [], condition: condition, targets: targets, isReentering: isReentering,
            actions: actions)
    }

    package var isEventless: Bool { events.isEmpty }

    /// How closely the transition fits a name: the best of its descriptors; nil when none matches.
    func closeness(to name: String) -> Int? {
        var best: Int?
        for event in events {
            if let closeness = event.closeness(to: name) { best = max(best ?? 0, closeness) }
        }
        return best
    }
}
