import Statechart

/// A laid-out chart in places of the whole picture.
struct ChartPicture {
    struct Arrow {
        var connection: Int
        var points: [Point]
        var label: Point?
    }

    let layout: ChartLayout
    private(set) var boxes: [Box]
    private(set) var arrows: [Arrow]
    private(set) var dots: [Int: Point] = [:]
    let size: Size

    static let margin = 12.0

    init(_ layout: ChartLayout) {
        self.layout = layout
        let states = layout.drawing.chart.states
        boxes = states.map { Box(origin: Point(x: Self.margin, y: Self.margin), size: layout.states[$0.id].size) }
        for state in states.dropFirst() {
            guard let parent = state.parent, let place = layout.states[parent].items[state.id] else { continue }
            boxes[state.id].origin = boxes[parent].origin + place
        }
        arrows = layout.drawing.connections.indices.map { Arrow(connection: $0, points: []) }
        size = Size(
            width: layout.states[0].size.width + 2 * Self.margin, height: layout.states[0].size.height + 2 * Self.margin
        )
        stretchRegions()
        for state in states { dots[state.id] = layout.states[state.id].dot.map { $0 + boxes[state.id].origin } }
        for connection in arrows.indices {
            join(connection)
            meetBorder(connection)
        }
    }

    /// Regions fill the height of their parallel state.
    private mutating func stretchRegions() {
        for state in layout.drawing.chart.states where state.kind == .parallel {
            for region in state.children where layout.drawing.chart.states[region].kind != .atomic {
                boxes[region].size.height = max(
                    boxes[region].size.height, boxes[state.id].bottom - boxes[region].origin.y)
            }
        }
    }

    /// Puts an arrow's stretches together, from its source outwards and then inwards to its target.
    private mutating func join(_ connection: Int) {
        let known = layout.drawing.connections[connection]
        for state in path(of: known) {
            let origin = boxes[state].origin
            arrows[connection].points += (layout.states[state].routes[connection] ?? []).map { $0 + origin }
            if let label = layout.states[state].labels[connection] { arrows[connection].label = label + origin }
        }
    }

    /// An arrow from within a region to its border ends where the region ends.
    private mutating func meetBorder(_ connection: Int) {
        let known = layout.drawing.connections[connection]
        guard !known.isInitial, known.target < known.source, let last = arrows[connection].points.indices.last else {
            return
        }
        if known.source < layout.drawing.chart.states[known.target].end {
            arrows[connection].points[last].y = boxes[known.target].bottom
        }
    }

    /// The states within which an arrow runs, in order.
    private func path(of connection: ChartDrawing.Connection) -> [Int] {
        let chart = layout.drawing.chart
        var outward: [Int] = []
        var inner = connection.isInitial ? connection.source : chart.states[connection.source].parent
        let encloses = { (outer: Int) in connection.target >= outer && connection.target < chart.states[outer].end }
        if !connection.isInitial, encloses(connection.source) { inner = connection.source }
        while let state = inner {
            outward.append(state)
            if encloses(state) { break }
            inner = chart.states[state].parent
        }
        guard let meeting = outward.last else { return [] }
        var inward: [Int] = []
        var outer = chart.states[connection.target].parent
        while let state = outer, state > meeting {
            inward.append(state)
            outer = chart.states[state].parent
        }
        return outward + inward.reversed()
    }
}
