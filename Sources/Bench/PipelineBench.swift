import Foundation
import JSONValue
import Threads

/// Measures the pipeline on one database, beside the machine's own limits on the same database.
package struct PipelineBench: Sendable {
    private let posts: Int
    private let workload: PipelineWorkload
    private let progress: @Sendable (String) -> Void

    package init(
        posts: Int, lanes: Int, concurrency: Int, checks: Int, progress: @escaping @Sendable (String) -> Void
    ) {
        self.posts = posts
        self.progress = progress
        workload = PipelineWorkload(lanes: lanes, concurrency: concurrency, checks: checks)
    }

    /// Runs the workload, then the limits; returns the figures as one JSON object.
    package func run(on target: BenchTarget) async throws -> JSON {
        progress("\(target.name): preparing")
        return try await BenchDatabase.with(target) { try await measure($0) }
    }

    private func measure(_ database: BenchDatabase) async throws -> JSON {
        let disk = DiskProbe.fdatasyncMicroseconds(folder: database.folder)
        progress("\(database.target.name): \(posts) posts through the pipeline")
        let stopwatch = Stopwatch(goal: posts)
        let measured = try await workload.run(on: database, stopwatch) { engine in
            try await EngineWorkload.live(posts, on: engine, stopwatch)
        }
        progress("\(database.target.name): the machine's own limits")
        let limits = try await database.limits()
        return measured.report("pipeline", database.target, limits, disk).json([
            "posts": .int(Int64(posts)), "lanes": .int(Int64(workload.lanes)),
            "concurrency": .int(Int64(workload.concurrency)),
            "posts_per_s": .rounded(Double(posts) / measured.seconds, 1),
        ])
    }
}

extension JSON {
    /// A number with so many digits after the point; null when it is not known.
    static func rounded(_ value: Double?, _ digits: Int) -> JSON {
        guard let value, value.isFinite else { return .null }
        if digits == 0 { return .int(Int64(value.rounded())) }
        let scale = (0..<digits).reduce(1.0) { scale, _ in scale * 10 }
        return .double((value * scale).rounded() / scale)
    }
}
