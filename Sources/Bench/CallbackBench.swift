import JSONValue
import Logging
import Service
import Store

/// Measures signed callbacks over real sockets: the whole service in this process, an agent in another.
///
/// First as many as can be, each ending its post; then at a steady rate, each leading to its post's next job.
package struct CallbackBench: Sendable {
    private let callbacks: Int
    private let perSecond: Int
    private let seconds: Int
    private let progress: @Sendable (String) -> Void

    package init(
        callbacks: Int, perSecond: Int, seconds: Int, progress: @escaping @Sendable (String) -> Void
    ) {
        self.callbacks = callbacks
        self.perSecond = perSecond
        self.seconds = seconds
        self.progress = progress
    }

    package func run(on target: BenchTarget) async throws -> JSON {
        progress("\(target.name): preparing")
        return try await BenchDatabase.with(target) { database in
            let folder = try TemporaryFolder()
            defer { folder.remove() }
            return try await measure(database, folder.path)
        }
    }

    private func measure(_ database: BenchDatabase, _ folder: String) async throws -> JSON {
        let disk = DiskProbe.fdatasyncMicroseconds(folder: database.folder)
        let port = try FreePort.find()
        let agent = try BenchChild(arguments: ["bench", "agent", "--target", String(port)])
        defer { agent.stop() }
        guard let own = try await agent.answer()["port"]?.int else { throw BenchError("the agent has no port") }
        let settings = try BenchSettings.load(
            [
                "database=\(database.location)", "data=\(folder)", "listen.port=\(port)", "log.level=error",
            ], endpoints: Self.endpoint(port: own))
        let service = try await Composition(settings, logger: Logger(label: "rejoinder.bench")).start()
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await service.run() }
            do {
                let report = try await measure(service, agent, database)
                await service.stop()
                return try await report(database.limits(), disk)
            } catch {
                await service.stop()
                throw error
            }
        }
    }

    private static func endpoint(port: Int64) -> String {
        """
        endpoints:
          - name: agent
            url: http://127.0.0.1:\(port)/jobs
            protocol: callback
            capabilities: [triage, research]
            max_concurrent: 100000

        """
    }

    private func measure(
        _ service: RunningService, _ agent: BenchChild, _ database: BenchDatabase
    ) async throws -> @Sendable (MachineLimits, Double?) -> JSON {
        let counter = CommitCounter()
        service.engine.observe { counter.committed($0) }
        let made = MadeUpPosts(now: service.engine.clock.now)
        try await hold(service, agent, made, 0..<callbacks)
        progress("\(database.target.name): \(callbacks) callbacks as fast as they are answered")
        let meter = try await UsageMeter(database)
        counter.reset()
        let flood = try await agent.ask("flood")
        let usage = try await meter.finish()
        let counted = counter.reading
        try await hold(service, agent, made, callbacks..<(callbacks + perSecond * seconds))
        progress("\(database.target.name): \(perSecond) a second for \(seconds) seconds")
        let paced = try await agent.ask("pace \(perSecond) \(perSecond * seconds)")
        let (resident, load) = (ProcessUsage.residentMegabytes, ProcessUsage.load)
        return { [perSecond] limits, disk in
            var special = paced.object ?? [:]
            special["callbacks"] = flood["count"]
            special["rate_per_s"] = flood["rate_per_s"]
            special["flood_p50_ms"] = flood["p50_ms"]
            special["flood_p99_ms"] = flood["p99_ms"]
            special["flood_statuses"] = flood["statuses"]
            special["paced_per_s"] = .int(Int64(perSecond))
            return BenchReport(
                workload: "callbacks", target: database.target, transitions: counted.transitions,
                commits: counted.commits, seconds: flood["seconds"]?.double ?? 0, latencies: [], usage: usage,
                residentMegabytes: resident, load: load, limits: limits, disk: disk
            ).json(special)
        }
    }

    /// Creates posts, and waits until the agent holds their jobs.
    private func hold(
        _ service: RunningService, _ agent: BenchChild, _ made: MadeUpPosts, _ range: Range<Int>
    ) async throws {
        progress("\(range.count) posts wait for their callback")
        for start in stride(from: range.lowerBound, to: range.upperBound, by: 500) {
            let batch = (start..<min(start + 500, range.upperBound)).map(made.post)
            _ = try await service.engine.create(batch, actor: "tool:bench")
        }
        for _ in 0..<1200 {
            if try await agent.ask("held")["held"]?.int == Int64(range.count) {
                // Acceptances are still being recorded.
                try await Task.sleep(for: .seconds(1))
                return
            }
            // Another process holds them: it can only be asked.
            try await Task.sleep(for: .milliseconds(100))
        }
        throw BenchError("the agent does not hold all jobs after two minutes")
    }
}
