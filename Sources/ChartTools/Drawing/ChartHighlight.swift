import Statechart

/// What a picture of a chart points out: where an instance is, and where it has been.
package struct ChartHighlight: Sendable, Hashable {
    /// Paths of active states. Their ancestors are active with them.
    package var active: Set<String>
    /// Paths of states that were active once.
    package var visited: Set<String>

    package init(active: Set<String> = [], visited: Set<String> = []) {
        self.active = active
        self.visited = visited
    }

    /// The classes of a state, beside its own.
    func classes(of state: State) -> [String] {
        var classes: [String] = []
        if Self.covers(active, state.path) { classes.append("active") }
        if Self.covers(visited, state.path) { classes.append("visited") }
        return classes
    }

    /// A transition counts as travelled when both its ends were visited or are active.
    func isTravelled(from source: State, to target: State) -> Bool {
        let all = active.union(visited)
        return !visited.isEmpty && Self.covers(all, source.path) && Self.covers(all, target.path)
    }

    private static func covers(_ paths: Set<String>, _ path: String) -> Bool {
        !paths.isEmpty && (path.isEmpty || paths.contains { $0 == path || $0.hasPrefix(path + ".") })
    }
}
