/// Where nodes stand: lines as straight as the order allows.
extension Level {
    private static let rounds = 40

    mutating func place() {
        for row in rows {
            var x = 0.0
            for node in row {
                nodes[node].x = x
                x += nodes[node].size.width + gap(node, node)
            }
        }
        let links = attachments()
        for round in 0..<Self.rounds {
            let ranks = round.isMultiple(of: 2) ? Array(rows.indices) : rows.indices.reversed()
            for rank in ranks { settle(rank, links) }
        }
        let left = nodes.map(\.x).min() ?? 0
        for index in nodes.indices {
            nodes[index].x = nodes[index].content == .header ? 0 : nodes[index].x - left
        }
    }

    /// What pulls a node: another node, and from where to where.
    private struct Pull {
        var other: Int
        var own: Double
        var theirs: Double
        var weight: Double
    }

    private func attachments() -> [[Pull]] {
        var pulls = [[Pull]](repeating: [], count: nodes.count)
        for edge in edges {
            for (upper, lower) in neighbours(edge.chain) {
                let up = (upper == edge.upper ? edge.upperOffset : nil) ?? nodes[upper].line
                let low = (lower == edge.lower ? edge.lowerOffset : nil) ?? nodes[lower].line
                let weight = nodes[upper].isLine && nodes[lower].isLine ? 6.0 : 1
                pulls[upper].append(Pull(other: lower, own: up, theirs: low, weight: weight))
                pulls[lower].append(Pull(other: upper, own: low, theirs: up, weight: weight))
            }
        }
        return pulls
    }

    private func gap(_ left: Int, _ right: Int) -> Double {
        nodes[left].isLine && nodes[right].isLine ? 10 : 22
    }

    /// Moves a row's nodes to where their neighbours want them, as far as their order allows: least squares under
    /// minimal distances, by pooling neighbours that would overlap.
    private mutating func settle(_ rank: Int, _ links: [[Pull]]) {
        let row = rows[rank]
        var shift = 0.0
        var wishes: [(value: Double, weight: Double)] = []
        var shifts: [Double] = []
        for (index, node) in row.enumerated() {
            if index > 0 { shift += nodes[row[index - 1]].size.width + gap(row[index - 1], node) }
            shifts.append(shift)
            var sum = nodes[node].x * 0.05
            var weight = 0.05
            for pull in links[node] {
                sum += (nodes[pull.other].x + pull.theirs - pull.own) * pull.weight
                weight += pull.weight
            }
            wishes.append((sum / weight - shift, weight))
        }
        for (index, value) in Self.ascending(wishes).enumerated() { nodes[row[index]].x = value + shifts[index] }
    }

    /// The ascending sequence nearest to some values (pool adjacent violators).
    static func ascending(_ values: [(value: Double, weight: Double)]) -> [Double] {
        var pools: [(value: Double, weight: Double, count: Int)] = []
        for value in values {
            pools.append((value.value, value.weight, 1))
            while pools.count > 1, pools[pools.count - 2].value > pools[pools.count - 1].value {
                let last = pools.removeLast()
                let before = pools.removeLast()
                let weight = before.weight + last.weight
                let mean = (before.value * before.weight + last.value * last.weight) / weight
                pools.append((mean, weight, before.count + last.count))
            }
        }
        return pools.flatMap { Array(repeating: $0.value, count: $0.count) }
    }

    /// Heights: each rank as high as its highest node, with more room below where lines travel far.
    mutating func stack() {
        var y = 0.0
        var travel = [Double](repeating: -1, count: rows.count)
        for edge in edges {
            for (upper, lower) in neighbours(edge.chain) {
                let distance = abs(nodes[upper].x + nodes[upper].line - nodes[lower].x - nodes[lower].line)
                travel[nodes[upper].rank] = max(travel[nodes[upper].rank], distance)
            }
        }
        bottoms = []
        for (rank, row) in rows.enumerated() {
            let height = row.map { nodes[$0].size.height }.max() ?? 0
            for node in row { nodes[node].y = y }
            bottoms.append(y + height)
            y += height
            if rank < rows.count - 1 { y += travel[rank] < 0 ? 8 : min(18 + travel[rank] * 0.05, 44) }
        }
        size = Size(width: nodes.map { $0.x + $0.size.width }.max() ?? 0, height: y)
    }
}
