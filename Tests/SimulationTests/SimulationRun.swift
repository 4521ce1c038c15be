import Foundation
import Simulation
import Threads

/// Runs seeds on threads of their own, which nothing else shares: the cooperative pool never waits for one.
enum SimulationRun {
    static func report(_ seed: Int, isTraced: Bool = false) async throws -> Simulation.Report {
        try await alone { try Simulation.run(seed: seed, isTraced: isTraced) }
    }

    static func outage(minutes: Int, posts: Int, seed: Int) async throws -> Simulation.Report {
        try await alone { try Simulation.run(outage: minutes, posts: posts, seed: seed) }
    }

    private static func alone(_ run: @escaping @Sendable () throws -> Simulation.Report) async throws
        -> Simulation.Report
    {
        let reply = Reply<Simulation.Report>()
        let began = WorkerThread.start { reply.resolve(Result { try run() }) }
        if !began { reply.resolve(.failure(CancellationError())) }
        return try await reply.value
    }

    /// All seeds of a range, shared among threads; stops after a handful of violations.
    static func reports(_ seeds: Range<Int>, threads: Int) async throws -> SimulationSummary {
        let next = Shared(seeds.lowerBound)
        let summary = Shared(SimulationSummary())
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<threads {
                let done = Reply<Void>()
                let began = WorkerThread.start {
                    done.resolve(Result { try run(seeds.upperBound, next, summary) })
                }
                if !began { done.resolve(.failure(CancellationError())) }
                group.addTask { try await done.value }
            }
            try await group.waitForAll()
        }
        return summary.value
    }

    private static func run(_ end: Int, _ next: Shared<Int>, _ summary: Shared<SimulationSummary>) throws {
        while true {
            let seed = next.withLock { next in
                defer { next += 1 }
                return next
            }
            guard seed < end, summary.value.violations.count < 5 else { return }
            let report = try Simulation.run(seed: seed)
            let count = summary.withLock { summary in
                summary.add(report)
                return summary.seeds
            }
            if count.isMultiple(of: 5_000) { print("simulation: \(count) seeds so far") }
        }
    }

    static func setting(_ name: String) -> Int? { ProcessInfo.processInfo.environment[name].flatMap(Int.init) }
}

/// What came of many seeds.
struct SimulationSummary: Sendable {
    private(set) var seeds = 0
    private(set) var violations: [(seed: Int, text: String)] = []
    private(set) var tally = Tally()
    private var virtualSeconds = 0.0

    mutating func add(_ report: Simulation.Report) {
        seeds += 1
        tally.add(report.tally)
        virtualSeconds += report.virtualSeconds
        if let text = report.violation { violations.append((report.seed, text)) }
    }

    /// What did not happen in any run.
    var missing: [Tally.Item] { Tally.Item.allCases.filter { tally[$0] == 0 } }

    var text: String {
        let lines = Tally.Item.allCases.map { item in
            let each = String(format: "%.3f", Double(tally[item]) / Double(max(1, seeds)))
            return "| \(item.rawValue) | \(tally[item]) | \(each) |"
        }
        let head =
            "\(seeds) seeds, \(violations.count) violations, "
            + String(format: "%.0f virtual seconds each", virtualSeconds / Double(max(1, seeds)))
        return ([head, "", "| what | in all | per seed |", "|---|---|---|"] + lines).joined(separator: "\n")
    }
}
