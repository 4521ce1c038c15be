import Statechart

/// One stretch of an arrow: what of it lies within one state, between that state's children and its border.
struct Passage {
    enum Side: Hashable { case top, bottom }

    enum End: Hashable {
        /// A child of the state.
        case item(Int)
        /// The state's initial dot.
        case dot
        /// The state's border.
        case border(Side)
    }

    var connection: Int
    var source: End
    var target: End
    /// True in the stretch next to the arrow's source, which carries the label.
    var isFirst: Bool
}

/// Cuts every arrow into its stretches, by the state in which they lie. Arrows leave states through their borders,
/// downwards when they go to what comes later in the chart, else upwards: that keeps them off all other boxes.
struct PassagePlan {
    private(set) var passages: [[Passage]]
    private let chart: Chart

    init(_ drawing: ChartDrawing) {
        chart = drawing.chart
        passages = Array(repeating: [], count: chart.states.count)
        for (index, connection) in drawing.connections.enumerated() { cut(connection, index) }
    }

    private mutating func cut(_ connection: ChartDrawing.Connection, _ index: Int) {
        let source = connection.source
        let target = connection.target
        if connection.isInitial {
            let item = child(of: source, holding: target)
            passages[source].append(Passage(connection: index, source: .dot, target: .item(item), isFirst: true))
            enter(target, below: source, from: .top, index)
        } else if contains(source, target) {
            let item = child(of: source, holding: target)
            passages[source].append(
                Passage(connection: index, source: .border(.top), target: .item(item), isFirst: true))
            enter(target, below: source, from: .top, index)
        } else if contains(target, source) {
            leave(source, below: target, through: .bottom, index)
            let item = child(of: target, holding: source)
            passages[target].append(
                Passage(connection: index, source: .item(item), target: .border(.bottom), isFirst: item == source))
        } else {
            join(source, target, index)
        }
    }

    private mutating func join(_ source: Int, _ target: Int, _ index: Int) {
        var meeting = chart.states[source].parent ?? 0
        while !contains(meeting, target) { meeting = chart.states[meeting].parent ?? 0 }
        let first = child(of: meeting, holding: source)
        let last = child(of: meeting, holding: target)
        let isRegions = chart.states[meeting].kind == .parallel
        let isUp = first > last && !isRegions
        leave(source, below: meeting, through: isUp ? .top : .bottom, index)
        passages[meeting].append(
            Passage(connection: index, source: .item(first), target: .item(last), isFirst: first == source))
        enter(target, below: meeting, from: isUp || isRegions ? .bottom : .top, index)
    }

    /// The stretches from a state outwards, up to but without the state `outer`.
    private mutating func leave(_ source: Int, below outer: Int, through side: Passage.Side, _ index: Int) {
        var inner = source
        while let parent = chart.states[inner].parent, parent != outer {
            passages[parent].append(
                Passage(connection: index, source: .item(inner), target: .border(side), isFirst: inner == source))
            inner = parent
        }
    }

    private mutating func enter(_ target: Int, below outer: Int, from side: Passage.Side, _ index: Int) {
        var inner = target
        while let parent = chart.states[inner].parent, parent != outer {
            passages[parent].append(
                Passage(connection: index, source: .border(side), target: .item(inner), isFirst: false))
            inner = parent
        }
    }

    private func contains(_ outer: Int, _ inner: Int) -> Bool { inner > outer && inner < chart.states[outer].end }

    private func child(of outer: Int, holding inner: Int) -> Int {
        chart.states[outer].children.first { $0 == inner || contains($0, inner) } ?? inner
    }
}
