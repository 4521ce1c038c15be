import Foundation
import GRDB
import JSONValue
import Postgres
import Store
import Threads

/// Measures the pipeline on one database, beside the machine's own limits on the same database.
package struct PipelineBench: Sendable {
    private let workload: PipelineWorkload
    private let progress: @Sendable (String) -> Void

    package init(
        posts: Int, lanes: Int, concurrency: Int, checks: Int, progress: @escaping @Sendable (String) -> Void
    ) {
        self.progress = progress
        workload = PipelineWorkload(
            posts: posts, lanes: lanes, concurrency: concurrency, checks: checks, progress: progress)
    }

    /// Runs the workload, then the limits; returns the figures as one JSON object.
    package func run(on target: BenchTarget) async throws -> JSON {
        progress("\(target.name): preparing")
        let database = try await BenchDatabase.open(target)
        do {
            let figures = try await measure(database)
            await database.remove()
            return figures
        } catch {
            await database.remove()
            throw error
        }
    }

    private func measure(_ database: BenchDatabase) async throws -> JSON {
        let disk = DiskProbe.fdatasyncMicroseconds(folder: database.folder)
        progress("\(database.target.name): \(workload.posts) posts through the pipeline")
        let usage = Shared<[ServerUsage]>([])
        let figures = try await run(database, usage)
        progress("\(database.target.name): the machine's own limits")
        let limits = try await limits(database)
        let used = usage.value
        let server = used.count == 2 ? (first: used[0], last: used[1]) : nil
        return report(database.target, figures, limits, server, disk)
    }

    private func run(_ database: BenchDatabase, _ usage: Shared<[ServerUsage]>) async throws -> PipelineWorkload.Figures
    {
        let store = try database.store(lanes: workload.lanes)
        let beside =
            database.target.isPostgres
            ? PostgresConnection(url: database.location, applicationName: "rejoinder bench") : nil
        do {
            let figures = try await workload.run(on: store) {
                guard let beside else { return }
                let reading = try await ServerUsage(beside)
                usage.withLock { $0.append(reading) }
            }
            await beside?.close()
            await store.close()
            return figures
        } catch {
            await beside?.close()
            await store.close()
            throw error
        }
    }

    private func limits(_ database: BenchDatabase) async throws -> MachineLimits {
        guard database.target.isPostgres else { return try await SQLiteLimits.measure(path: database.location) }
        let connection = PostgresConnection(url: database.location, applicationName: "rejoinder bench")
        let sizes: RowSizes
        do {
            sizes = try await RowSizes(connection)
            await connection.close()
        } catch {
            await connection.close()
            throw error
        }
        return try await PostgresLimits(url: database.location, sizes: sizes).measure()
    }

    private func report(
        _ target: BenchTarget, _ figures: PipelineWorkload.Figures, _ limits: MachineLimits,
        _ server: (first: ServerUsage, last: ServerUsage)?, _ disk: Double?
    ) -> JSON {
        let count = Double(max(1, figures.reading.transitions))
        let latencies = LatencySample(figures.reading.latencies)
        let cpu = server.flatMap { server in
            server.first.cpuMicroseconds.flatMap { first in server.last.cpuMicroseconds.map { $0 - first } }
        }
        return [
            "workload": "pipeline", "database": .string(target.name), "posts": .int(Int64(workload.posts)),
            "lanes": .int(Int64(workload.lanes)), "concurrency": .int(Int64(workload.concurrency)),
            "transitions": .int(Int64(figures.reading.transitions)), "seconds": .rounded(figures.seconds, 3),
            "rate_per_s": .rounded(count / figures.seconds, 0),
            "posts_per_s": .rounded(Double(workload.posts) / figures.seconds, 1),
            "p50_ms": .rounded(latencies.percentile(0.5), 2), "p99_ms": .rounded(latencies.percentile(0.99), 2),
            "max_ms": .rounded(latencies.longest, 2),
            "commits_per_transition": .rounded(Double(figures.reading.commits) / count, 4),
            "wal_bytes_per_transition": .rounded(
                server.map { Double($0.last.walBytes - $0.first.walBytes) / count }, 0),
            "process_cpu_us_per_transition": .rounded(Double(figures.cpuMicroseconds) / count, 1),
            "database_cpu_us_per_transition": .rounded(cpu.map { Double($0) / count }, 1),
            "rss_mb": .rounded(figures.residentMegabytes, 1),
            "limit_single_per_s": .rounded(limits.singlePerSecond, 0),
            "limit_batch_per_s": .rounded(limits.batchPerSecond, 0),
            "fdatasync_p50_us": .rounded(disk, 0), "load": .rounded(figures.load, 2),
        ]
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
