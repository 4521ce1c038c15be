import Statechart

/// Which events some transition of a chart takes.
struct TakenEvents {
    private var names = Set<String>()
    private var others = Set<EventDescriptor>()

    init(_ chart: Chart) {
        for event in chart.states.lazy.flatMap(\.transitions).flatMap(\.events) {
            if case .exact(let name) = event { names.insert(name) } else { others.insert(event) }
        }
    }

    func contains(_ name: String) -> Bool { names.contains(name) || others.contains { $0.matches(name) } }
}
