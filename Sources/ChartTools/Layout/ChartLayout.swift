import Statechart

/// Places for everything in a picture of a chart, made from the inside out. Deterministic: equal charts, equal pictures.
struct ChartLayout {
    let drawing: ChartDrawing
    /// Lines of each connection's label.
    let labels: [[String]]
    private(set) var states: [StateLayout]
    let plan: PassagePlan

    static let dotSize = 14.0
    static let historySize = 26.0

    init(_ drawing: ChartDrawing) {
        self.drawing = drawing
        plan = PassagePlan(drawing)
        labels = drawing.connections.map { connection in
            let texts = connection.transitions.flatMap { TextMeasure.wrap(drawing.label($0).parts) }
            return texts + (connection.note.map { TextMeasure.wrap([$0]) } ?? [])
        }
        states = drawing.chart.states.map { _ in StateLayout(size: Size(width: 0, height: 0)) }
        for state in drawing.chart.states.reversed() { states[state.id] = layout(state) }
    }

    private func layout(_ state: State) -> StateLayout {
        let header = header(of: state)
        switch state.kind {
        case .history:
            return StateLayout(size: Size(width: Self.historySize, height: Self.historySize))
        case .atomic, .final:
            return StateLayout(size: header, headerHeight: header.height)
        case .parallel: return parallel(state, header)
        case .compound: return compound(state, header)
        }
    }

    /// Room for a state's name and lines.
    private func header(of state: State) -> Size {
        let name = state.id == 0 ? drawing.chart.id : state.key
        let mark = state.kind == .final ? 20.0 : 0
        let lines = boxLines(of: state.id)
        let widest = lines.map(TextMeasure.line).max() ?? 0
        let width = max(TextMeasure.name(name) + mark, widest) + 20
        return Size(
            width: max(width, 60), height: 28 + Double(lines.count) * TextMeasure.lineHeight + (lines.isEmpty ? 0 : 4))
    }

    func boxLines(of state: Int) -> [String] {
        drawing.lines[state].flatMap { TextMeasure.wrap([$0.text], width: 40, limit: 3) }
    }

    private func compound(_ state: State, _ header: Size) -> StateLayout {
        var level = Level()
        level.nodes.append(Level.Node(.header, Size(width: header.width - 20, height: header.height - Level.padding)))
        var places: [Passage.End: Int] = [:]
        for passage in plan.passages[state.id] where passage.source == .dot && places[.dot] == nil {
            places[.dot] = level.nodes.count
            level.nodes.append(Level.Node(.dot, Size(width: Self.dotSize, height: Self.dotSize)))
        }
        for child in state.children {
            places[.item(child)] = level.nodes.count
            level.nodes.append(Level.Node(.item(child), states[child].size))
        }
        for passage in plan.passages[state.id] { add(passage, places, to: &level) }
        level.arrange()
        return result(of: &level, plan.passages[state.id])
    }

    private func add(_ passage: Passage, _ places: [Passage.End: Int], to level: inout Level) {
        func node(_ end: Passage.End) -> Int {
            if case .border(let side) = end {
                level.nodes.append(
                    Level.Node(
                        .port(connection: passage.connection, side), Size(width: Level.lineWidth, height: 0)))
                return level.nodes.count - 1
            }
            return places[end] ?? 0
        }
        let source = node(passage.source)
        let target = node(passage.target)
        let isReversed = isUpwards(passage)
        let label = passage.isFirst ? labelSize(passage.connection) : nil
        let from = offset(of: passage.source, passage.connection, isLeaving: true)
        let to = offset(of: passage.target, passage.connection, isLeaving: false)
        level.edges.append(
            Level.Edge(
                connection: passage.connection, upper: isReversed ? target : source,
                lower: isReversed ? source : target,
                isReversed: isReversed, upperOffset: isReversed ? to : from, lowerOffset: isReversed ? from : to,
                label: label))
    }

    private func isUpwards(_ passage: Passage) -> Bool {
        switch (passage.source, passage.target) {
        case (.border(let side), _): side == .bottom
        case (_, .border(let side)): side == .top
        case (.item(let source), .item(let target)): source > target
        case (.dot, _), (_, .dot): false
        }
    }

    private func labelSize(_ connection: Int) -> Size? {
        let lines = labels[connection]
        guard !lines.isEmpty else { return nil }
        let width = lines.map(TextMeasure.line).max() ?? 0
        return Size(
            width: Level.lineWidth + width + 4, height: Double(lines.count) * TextMeasure.lineHeight + 4)
    }

    /// Where an arrow that begins or ends deeper within a child crosses that child's border.
    private func offset(of end: Passage.End, _ connection: Int, isLeaving: Bool) -> Double? {
        guard case .item(let child) = end else { return nil }
        let known = drawing.connections[connection]
        if !known.isInitial, isLeaving ? known.source == child : known.target == child { return nil }
        let ports = states[child].ports
        return ports[StateLayout.Port(connection: connection, side: .bottom)]
            ?? ports[StateLayout.Port(connection: connection, side: .top)]
    }

    private func result(of level: inout Level, _ passages: [Passage]) -> StateLayout {
        let padding = Level.padding
        let offset = Point(x: padding, y: 0)
        let hasBottomPort = level.nodes.contains { if case .port(_, .bottom) = $0.content { true } else { false } }
        var layout = StateLayout(
            size: Size(
                width: level.size.width + 2 * padding, height: level.size.height + (hasBottomPort ? 0 : padding)))
        layout.headerHeight = level.nodes[0].size.height
        for node in level.nodes {
            let place = Point(x: node.x, y: node.y) + offset
            switch node.content {
            case .item(let child): layout.items[child] = place
            case .dot: layout.dot = place + Point(x: Self.dotSize / 2, y: Self.dotSize / 2)
            case .port(let connection, let side):
                layout.ports[StateLayout.Port(connection: connection, side: side)] = place.x + node.line
            case .label(let edge):
                layout.labels[level.edges[edge].connection] = place + Point(x: Level.lineWidth, y: 2)
            case .header, .bend: break
            }
        }
        for (edge, points) in zip(level.edges, level.routes()) {
            let moved = points.map { $0 + offset }
            layout.routes[edge.connection] = edge.isReversed ? moved.reversed() : moved
        }
        return layout
    }
}

extension ChartLayout {
    /// The stretches of arrows that lie within a state.
    func passages(_ state: State) -> [Passage] { plan.passages[state.id] }
}
