import Statechart

/// Regions side by side, divided by dashed lines.
extension ChartLayout {
    func parallel(_ state: State, _ header: Size) -> StateLayout {
        let regions = state.children
        let height = regions.map { states[$0].size.height }.max() ?? 0
        let channel = crossing(state).isEmpty ? 0 : 16 + 8 * Double(crossing(state).count)
        var layout = StateLayout(size: Size(width: 0, height: 0))
        layout.headerHeight = header.height
        var x = 0.0
        for region in regions {
            if x > 0 { layout.dividers.append(x) }
            layout.items[region] = Point(x: x, y: header.height)
            x += states[region].size.width
        }
        layout.size = Size(width: max(x, header.width), height: header.height + height + channel)
        for passage in passages(state) { route(passage, in: &layout, regionBottom: header.height + height) }
        return layout
    }

    private func crossing(_ state: State) -> [Passage] {
        passages(state).filter { passage in
            if case .item = passage.source, case .item = passage.target { true } else { false }
        }
    }

    private func route(_ passage: Passage, in layout: inout StateLayout, regionBottom: Double) {
        let connection = passage.connection
        switch (passage.source, passage.target) {
        case (.border(let side), .item(let region)):
            straight(connection, region, side, isLeaving: false, in: &layout)
        case (.item(let region), .border(let side)):
            straight(connection, region, side, isLeaving: true, in: &layout)
        case (.item(let first), .item(let last)):
            // Below the regions, one lane for each arrow.
            let lane = regionBottom + 10 + 8 * Double(layout.routes.count)
            let start = Point(x: place(connection, first, .bottom, isLeaving: true, layout), y: bottom(first, layout))
            let end = Point(x: place(connection, last, .bottom, isLeaving: false, layout), y: bottom(last, layout))
            layout.routes[connection] = [
                start, Point(x: start.x, y: lane), Point(x: end.x, y: lane), end,
            ]
            if passage.isFirst { layout.labels[connection] = Point(x: start.x + 6, y: lane - 8) }
        case (.dot, _), (_, .dot), (.border, .border): break
        }
    }

    private func straight(
        _ connection: Int, _ region: Int, _ side: Passage.Side, isLeaving: Bool, in layout: inout StateLayout
    ) {
        let x = place(connection, region, side, isLeaving: isLeaving, layout)
        layout.ports[StateLayout.Port(connection: connection, side: side)] = x
        let border = Point(x: x, y: side == .top ? 0 : layout.size.height)
        let origin = layout.items[region] ?? Point(x: 0, y: 0)
        let inner = Point(x: x, y: side == .top ? origin.y : bottom(region, layout))
        layout.routes[connection] = isLeaving ? [inner, border] : [border, inner]
    }

    private func place(
        _ connection: Int, _ region: Int, _ side: Passage.Side, isLeaving: Bool, _ layout: StateLayout
    ) -> Double {
        let left = layout.items[region]?.x ?? 0
        let port = states[region].ports[StateLayout.Port(connection: connection, side: side)]
        let width = states[region].size.width
        return left + (port ?? width * (isLeaving ? 0.6 : 0.4))
    }

    private func bottom(_ region: Int, _ layout: StateLayout) -> Double {
        (layout.items[region]?.y ?? 0) + states[region].size.height
    }
}
