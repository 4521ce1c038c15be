/// Which node stands left of which, so that few lines cross.
extension Level {
    private static let sweeps = 12

    mutating func order() {
        let links = segments()
        var best = rows
        var fewest = crossings(links)
        for sweep in 0..<Self.sweeps where fewest > 0 {
            let ranks = sweep.isMultiple(of: 2) ? Array(rows.indices.dropFirst()) : rows.indices.dropLast().reversed()
            for rank in ranks { sort(rank, links, byUpper: sweep.isMultiple(of: 2)) }
            let count = crossings(links)
            if count < fewest {
                fewest = count
                best = rows
            }
        }
        rows = best
    }

    /// A piece of an edge between two neighbouring ranks.
    private struct Segment {
        var upper: Int
        var lower: Int
        /// How far from its node's middle the line meets it, as a share of the node's width.
        var upperShift: Double
        var lowerShift: Double
    }

    private func segments() -> [Segment] {
        edges.flatMap { edge in
            neighbours(edge.chain).map { upper, lower in
                let up = upper == edge.upper ? edge.upperOffset : nil
                let low = lower == edge.lower ? edge.lowerOffset : nil
                return Segment(
                    upper: upper, lower: lower, upperShift: shift(up, of: upper), lowerShift: shift(low, of: lower))
            }
        }
    }

    private func shift(_ offset: Double?, of node: Int) -> Double {
        guard let offset, nodes[node].size.width > 0 else { return 0 }
        return (offset / nodes[node].size.width - 0.5) * 0.9
    }

    private func positions() -> [Double] {
        var positions = [Double](repeating: 0, count: nodes.count)
        for row in rows {
            for (index, node) in row.enumerated() { positions[node] = Double(index) }
        }
        return positions
    }

    private mutating func sort(_ rank: Int, _ links: [Segment], byUpper: Bool) {
        let positions = positions()
        var sums: [Int: (sum: Double, count: Double)] = [:]
        for link in links where nodes[byUpper ? link.lower : link.upper].rank == rank {
            let node = byUpper ? link.lower : link.upper
            let other = byUpper ? positions[link.upper] + link.upperShift : positions[link.lower] + link.lowerShift
            // A shift of the line on the node itself asks the node to stand the other way.
            let own = byUpper ? link.lowerShift : link.upperShift
            sums[node, default: (0, 0)].sum += other - own
            sums[node, default: (0, 0)].count += 1
        }
        let keys = rows[rank].enumerated().map { index, node in
            let mean = sums[node].map { $0.sum / $0.count } ?? positions[node]
            return (node: node, isHeader: nodes[node].content == .header, mean: mean, index: index)
        }
        rows[rank] = keys.sorted {
            $0.isHeader != $1.isHeader ? $0.isHeader : ($0.mean, $0.index) < ($1.mean, $1.index)
        }.map(\.node)
    }

    private func crossings(_ links: [Segment]) -> Int {
        let positions = positions()
        let byRank = Dictionary(grouping: links) { nodes[$0.upper].rank }
        var count = 0
        for segments in byRank.values {
            let ends = segments.map { (positions[$0.upper] + $0.upperShift, positions[$0.lower] + $0.lowerShift) }
            for first in ends.indices {
                for second in ends[..<first] where (ends[first].0 - second.0) * (ends[first].1 - second.1) < 0 {
                    count += 1
                }
            }
        }
        return count
    }
}
