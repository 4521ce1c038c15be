import Statechart

/// The configurations that a chart's structure allows, whatever its transitions do.
enum ChartConfigurations {
    static let limit = 20_000

    /// Sets of active atomic and final states, as paths in document order; at most ``limit``.
    static func all(of chart: Chart) -> [[String]] {
        sets(chart, 0).map { ids in ids.sorted().map { chart.states[$0].path } }
    }

    /// One child of each active compound state, all children of each active parallel state.
    static func isLegal(_ paths: [String], in chart: Chart) -> Bool {
        var active: Set<Int> = []
        for path in paths {
            guard let state = chart.state(at: path), state.isAtomic else { return false }
            var next: Int? = state.id
            while let id = next, active.insert(id).inserted { next = chart.states[id].parent }
        }
        guard active.contains(0) else { return false }
        return active.allSatisfy { id in
            let regions = chart.states[id].children.filter { !chart.states[$0].isHistory }
            let entered = regions.count { active.contains($0) }
            switch chart.states[id].kind {
            case .compound: return entered == 1
            case .parallel: return entered == regions.count
            case .atomic, .final, .history: return true
            }
        }
    }

    private static func sets(_ chart: Chart, _ id: Int) -> [[Int]] {
        let state = chart.states[id]
        let regions = state.children.filter { !chart.states[$0].isHistory }
        switch state.kind {
        case .history: return []
        case .atomic, .final: return [[id]]
        case .compound: return Array(regions.flatMap { sets(chart, $0) }.prefix(limit))
        case .parallel:
            var combined: [[Int]] = [[]]
            for region in regions {
                let inner = sets(chart, region)
                combined = Array(combined.lazy.flatMap { first in inner.lazy.map { first + $0 } }.prefix(limit))
            }
            return combined
        }
    }
}
