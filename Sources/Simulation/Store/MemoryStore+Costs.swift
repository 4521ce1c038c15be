import JSONValue
import Store

extension MemoryStore {
    package func costs(_ query: CostQuery) async throws -> [CostSum] {
        let lines = try await read("costs") { database, _ in
            database.costs.filter { line in
                line.at >= query.since && line.at < query.until && query.post.map { $0 == line.row.post } ?? true
            }
        }
        let groups = Dictionary(grouping: lines) { line in
            switch query.group {
            case .day: String(line.at.description.prefix(10))
            case .endpoint: line.row.endpoint
            case .stage: line.row.stage
            case .model: line.row.model
            case .post: String(line.row.post.rawValue)
            }
        }
        let sums = groups.map { name, lines in
            CostSum(
                name: name, attempts: lines.count, inputTokens: lines.reduce(0) { $0 + Int64($1.row.inputTokens) },
                outputTokens: lines.reduce(0) { $0 + Int64($1.row.outputTokens) },
                microdollars: lines.reduce(0) { $0 + $1.row.microdollars })
        }
        let sorted = sums.sorted { left, right in
            if query.group != .day, left.microdollars != right.microdollars {
                return left.microdollars > right.microdollars
            }
            return left.name < right.name
        }
        return Array(sorted.prefix(max(0, query.limit)))
    }
}
