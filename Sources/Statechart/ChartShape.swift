/// What the interpreter asks about states again and again, laid out by id once a chart.
struct ChartShape: Sendable {
    let idByPath: [String: Int]
    let kinds: [State.Kind]
    let parents: [Int?]
    let ends: [Int]
    /// From the parent up to the root.
    let ancestors: [[Int]]
    /// Children that can be active, in document order.
    let regions: [[Int]]
    /// Atomic and final states in document order.
    let leaves: [Int]
    let eventless: [[TransitionReference]]
    let waitsForPerson: [Bool]

    init(_ states: [State]) {
        idByPath = Dictionary(states.map { ($0.path, $0.id) }) { first, _ in first }
        kinds = states.map(\.kind)
        parents = states.map(\.parent)
        ends = states.map(\.end)
        // A parent comes before its children.
        var ancestors: [[Int]] = []
        for state in states { ancestors.append(state.parent.map { [$0] + ancestors[$0] } ?? []) }
        self.ancestors = ancestors
        regions = states.map { $0.children.filter { !states[$0].isHistory } }
        leaves = states.filter(\.isAtomic).map(\.id)
        eventless = states.map { state in
            state.transitions.indices.filter { state.transitions[$0].isEventless }
                .map { TransitionReference(state: state.id, index: $0) }
        }
        waitsForPerson = states.map { $0.meta["waiting"] == "person" }
    }
}
