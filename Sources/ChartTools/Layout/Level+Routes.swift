/// The lines, once all nodes have places.
extension Level {
    /// An edge's points, from its upper to its lower end. Where two lie above each other the line is straight, else it
    /// swings from one to the other.
    mutating func routes() -> [[Point]] {
        let ends = slots()
        return edges.indices.map { index in
            let edge = edges[index]
            var points: [Point] = []
            for (step, node) in edge.chain.enumerated() {
                let isFirst = step == 0
                let isLast = step == edge.chain.count - 1
                let x = isFirst ? ends[index].upper : isLast ? ends[index].lower : nodes[node].x + nodes[node].line
                let top = isFirst ? nodes[node].y + nodes[node].size.height : nodes[node].y
                points.append(Point(x: x, y: top))
                if !isLast { points.append(Point(x: x, y: bottoms[nodes[node].rank])) }
            }
            return points
        }
    }

    private struct Ends {
        var upper = 0.0
        var lower = 0.0
    }

    private struct Slot: Hashable {
        var node: Int
        var isBottom: Bool
    }

    /// Where edges meet their nodes: as near as possible below or above what they come from, and not on each other.
    private func slots() -> [Ends] {
        var ends = [Ends](repeating: Ends(), count: edges.count)
        var groups: [Slot: [Wish]] = [:]
        for (index, edge) in edges.enumerated() where edge.chain.count > 1 {
            let second = edge.chain[1]
            let before = edge.chain[edge.chain.count - 2]
            groups[Slot(node: edge.upper, isBottom: true), default: []].append(
                fixed(edge.upperOffset, on: edge.upper, index) ?? Wish(edge: index, x: wish(second, of: edge)))
            groups[Slot(node: edge.lower, isBottom: false), default: []].append(
                fixed(edge.lowerOffset, on: edge.lower, index) ?? Wish(edge: index, x: wish(before, of: edge)))
        }
        for (slot, members) in groups {
            let places = spread(members, over: nodes[slot.node])
            for (member, place) in zip(members, places) {
                if slot.isBottom { ends[member.edge].upper = place } else { ends[member.edge].lower = place }
            }
        }
        return ends
    }

    /// Where an edge would like to meet a node.
    private struct Wish {
        var edge: Int
        var x: Double
        /// True where it cannot choose: it crosses the border on its way from or to a state within.
        var isFixed = false
    }

    private func fixed(_ offset: Double?, on node: Int, _ edge: Int) -> Wish? {
        offset.map { Wish(edge: edge, x: nodes[node].x + $0, isFixed: true) }
    }

    private func wish(_ neighbour: Int, of edge: Edge) -> Double {
        let offset = neighbour == edge.upper ? edge.upperOffset : neighbour == edge.lower ? edge.lowerOffset : nil
        return nodes[neighbour].x + (offset ?? nodes[neighbour].line)
    }

    private func spread(_ wishes: [Wish], over node: Node) -> [Double] {
        if node.isLine || node.content == .dot { return wishes.map { _ in node.x + node.line } }
        let margin = min(12, node.size.width / 4)
        let room = node.size.width - 2 * margin
        let distance = wishes.count > 1 ? min(14, room / Double(wishes.count - 1)) : 0
        let order = wishes.indices.sorted { (wishes[$0].x, $0) < (wishes[$1].x, $1) }
        // Within these bounds each has room for those before and after it.
        let low = node.x + margin
        let high = node.x + node.size.width - margin - Double(wishes.count - 1) * distance
        let values = order.enumerated().map { rank, index in
            let wish = wishes[index].x - Double(rank) * distance
            return (value: min(max(wish, low), max(low, high)), weight: wishes[index].isFixed ? 1e6 : 1.0)
        }
        let settled = Self.ascending(values)
        var places = wishes.map(\.x)
        for (rank, index) in order.enumerated() where !wishes[index].isFixed {
            places[index] = settled[rank] + Double(rank) * distance
        }
        return places
    }
}
