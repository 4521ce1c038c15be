import Statechart

/// Where the parts of a chart stand in its file. The model itself knows no places.
package struct ChartPlaces: Sendable {
    /// By a state's id.
    package var states: [StatePlaces] = []
    /// Declared events by name.
    package var events: [String: SourcePosition] = [:]
    /// Events that a child chart declares for its parent, by name.
    package var emitted: [String: SourcePosition] = [:]
    /// Members of the initial context by name.
    package var context: [String: SourcePosition] = [:]
    /// Definitions of guards by name, without those that a transition uses.
    package var unusedGuards: [String: SourcePosition] = [:]
    /// Charts within this one, by name.
    package var charts: [String: SourcePosition] = [:]
    package var children: [String: ChartPlaces] = [:]
    /// Findings that the file accepts.
    package var accepted: [AcceptedFinding] = []
    /// The dialect that the file was read in.
    package var dialect = ChartDialect.native
    /// True for a chart that another one invokes.
    package var isChild = false
}

/// Where the parts of one state stand; the lists go beside those of `State`.
package struct StatePlaces: Sendable {
    package var state = SourcePosition(line: 1, column: 1)
    package var transitions: [TransitionPlaces] = []
    package var timers: [SourcePosition] = []
    package var invocations: [SourcePosition] = []
    package var entry: [SourcePosition] = []
    package var exit: [SourcePosition] = []
    /// For a history: whether it says where it goes without a memory.
    package var hasDefault = true
}

package struct TransitionPlaces: Sendable {
    package var transition: SourcePosition
    package var condition: SourcePosition?
}

/// A finding that the file accepts, with the reason: for a whole chart, or for a state and what is within it.
package struct AcceptedFinding: Sendable, Hashable {
    /// A code of the linter, or `code/subject`.
    package var name: String
    package var reason: String
    package var position: SourcePosition
    /// The state that says so.
    package var state: Int
}

/// A chart with the places of its parts.
package struct ReadChart: Sendable {
    package var chart: Chart
    package var places: ChartPlaces

    package init(chart: Chart, places: ChartPlaces) {
        self.chart = chart
        self.places = places
    }
}
