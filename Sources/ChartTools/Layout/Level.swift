import Statechart

/// The inside of one state while it is laid out: its children, arrows' bends, labels and border crossings in ranks from
/// top to bottom (after Sugiyama). Lives for one layout of one state.
struct Level {
    enum Content: Hashable {
        case item(Int)
        case header
        case dot
        /// Where an arrow crosses the border.
        case port(connection: Int, Passage.Side)
        case label(edge: Int)
        case bend(edge: Int)
    }

    struct Node {
        var content: Content
        var size: Size
        var rank = 0
        /// Left edge and top edge.
        var x = 0.0
        var y = 0.0
        /// Where a line runs through, from the left edge.
        var line: Double

        init(_ content: Content, _ size: Size, rank: Int = 0, line: Double? = nil) {
            self.content = content
            self.size = size
            self.rank = rank
            self.line = line ?? size.width / 2
        }

        var isLine: Bool {
            switch content {
            case .item, .header, .dot: false
            case .port, .label, .bend: true
            }
        }
    }

    struct Edge {
        var connection: Int
        /// The upper node and the lower node.
        var upper: Int
        var lower: Int
        /// True when the arrow runs from the lower node to the upper one.
        var isReversed: Bool
        /// Where it meets the node, from the node's left edge; nil where the layout may choose.
        var upperOffset: Double?
        var lowerOffset: Double?
        var label: Size?
        /// All nodes from `upper` to `lower`.
        var chain: [Int] = []
    }

    static let lineWidth = 14.0
    static let padding = 14.0

    var nodes: [Node] = []
    var edges: [Edge] = []
    /// Nodes by rank, each from left to right.
    var rows: [[Int]] = []
    var bottoms: [Double] = []
    var size = Size(width: 0, height: 0)

    /// Ranks, order, places: afterwards every node has its x and y.
    mutating func arrange() {
        rank()
        addBends()
        order()
        place()
        stack()
    }

    func neighbours(_ chain: [Int]) -> Zip2Sequence<[Int], ArraySlice<Int>> { zip(chain, chain.dropFirst()) }
}

extension Level {
    /// The longest way from above decides the rank. Edges always run from earlier to later items, so one pass does.
    private mutating func rank() {
        let items = nodes.indices.filter { if case .item = nodes[$0].content { true } else { false } }
        for item in items {
            var rank = 1
            for edge in edges where edge.lower == item { rank = max(rank, nodes[edge.upper].rank + length(edge)) }
            nodes[item].rank = rank
        }
        // What nothing leads to moves down to what it leads to.
        for item in items.reversed() where !edges.contains(where: { $0.lower == item }) {
            let below = edges.filter { $0.upper == item && !isBottomPort($0.lower) }
                .map { nodes[$0.lower].rank - length($0) }.min()
            if let below { nodes[item].rank = max(nodes[item].rank, below) }
        }
        let last = edges.filter { isBottomPort($0.lower) }.map { nodes[$0.upper].rank + length($0) }
        let bottom = max(last.max() ?? 0, (nodes.map(\.rank).max() ?? 0) + 1)
        for index in nodes.indices where isBottomPort(index) { nodes[index].rank = bottom }
    }

    private func length(_ edge: Edge) -> Int { edge.label == nil ? 1 : 2 }

    private func isBottomPort(_ node: Int) -> Bool {
        if case .port(_, .bottom) = nodes[node].content { true } else { false }
    }

    /// A bend for every rank that an edge passes, and its label in the one of them that is least full.
    private mutating func addBends() {
        let count = (nodes.map(\.rank).max() ?? 0) + 1
        var fill = [Double](repeating: 0, count: count)
        for node in nodes { fill[node.rank] += node.size.width }
        let order = edges.indices.sorted {
            let spans = [$0, $1].map { nodes[edges[$0].lower].rank - nodes[edges[$0].upper].rank }
            return (spans[0], $0) < (spans[1], $1)
        }
        for edge in order {
            let between =
                nodes[edges[edge].upper].rank
                + 1..<max(
                    nodes[edges[edge].upper].rank + 1, nodes[edges[edge].lower].rank)
            let labelRank = edges[edge].label == nil ? nil : between.min { fill[$0] < fill[$1] }
            edges[edge].chain = [edges[edge].upper]
            for rank in between {
                let isLabel = rank == labelRank
                let size =
                    isLabel ? edges[edge].label ?? Size(width: 0, height: 0) : Size(width: Self.lineWidth, height: 0)
                let content: Content = isLabel ? .label(edge: edge) : .bend(edge: edge)
                nodes.append(Node(content, size, rank: rank, line: Self.lineWidth / 2))
                fill[rank] += size.width
                edges[edge].chain.append(nodes.count - 1)
            }
            edges[edge].chain.append(edges[edge].lower)
        }
        rows = (0..<count).map { rank in nodes.indices.filter { nodes[$0].rank == rank } }
    }
}
