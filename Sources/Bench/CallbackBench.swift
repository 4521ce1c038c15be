import JSONValue
import Logging
import Service
import Store

/// Measures signed callbacks over real sockets: the whole service in this process, an agent in another.
///
/// First as many as can be, each ending its post; then at a steady rate, each leading to its post's next job. Where others
/// are to wait, both are measured once more beside them.
package struct CallbackBench: Sendable {
    private let callbacks: Int
    private let perSecond: Int
    private let seconds: Int
    /// How many more posts wait for callbacks that do not come.
    private let waiting: Int
    private let progress: @Sendable (String) -> Void

    package init(
        callbacks: Int, perSecond: Int, seconds: Int, waiting: Int = 0,
        progress: @escaping @Sendable (String) -> Void
    ) {
        self.callbacks = callbacks
        self.perSecond = perSecond
        self.seconds = seconds
        self.waiting = waiting
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
                "triage.silence=24h", "triage.timeout=24h",
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
            max_concurrent: 5000000

        """
    }

    /// What one round has shown.
    private struct Round {
        var flood: JSON
        var paced: JSON
        var usage: UsageMeter.Usage
        var counted: CommitCounter.Reading
    }

    private func measure(
        _ service: RunningService, _ agent: BenchChild, _ database: BenchDatabase
    ) async throws -> @Sendable (MachineLimits, Double?) -> JSON {
        let counter = CommitCounter()
        service.engine.observe { counter.committed($0) }
        let made = MadeUpPosts(now: service.engine.clock.now)
        let first = try await round(service, agent, database, made, counter, from: 0)
        let beside = waiting > 0 ? try await roundBesideWaiting(service, agent, database, made, counter) : [:]
        let (resident, load) = (ProcessUsage.residentMegabytes, ProcessUsage.load)
        return { [perSecond] limits, disk in
            var special = first.paced.object ?? [:]
            special["callbacks"] = first.flood["count"]
            special["rate_per_s"] = first.flood["rate_per_s"]
            special["flood_p50_ms"] = first.flood["p50_ms"]
            special["flood_p99_ms"] = first.flood["p99_ms"]
            special["flood_statuses"] = first.flood["statuses"]
            special["paced_per_s"] = .int(Int64(perSecond))
            for (name, value) in beside { special[name] = value }
            return BenchReport(
                workload: "callbacks", target: database.target, transitions: first.counted.transitions,
                commits: first.counted.commits, seconds: first.flood["seconds"]?.double ?? 0, latencies: [],
                usage: first.usage, residentMegabytes: resident, load: load, limits: limits, disk: disk
            ).json(special)
        }
    }

    private func round(
        _ service: RunningService, _ agent: BenchChild, _ database: BenchDatabase, _ made: MadeUpPosts,
        _ counter: CommitCounter, from start: Int
    ) async throws -> Round {
        try await hold(service, agent, made, start..<(start + callbacks))
        progress("\(database.target.name): \(callbacks) callbacks as fast as they are answered")
        let meter = try await UsageMeter(database)
        counter.reset()
        let flood = try await agent.ask("flood")
        let usage = try await meter.finish()
        let counted = counter.reading
        try await hold(service, agent, made, (start + callbacks)..<(start + callbacks + perSecond * seconds))
        progress("\(database.target.name): \(perSecond) a second for \(seconds) seconds")
        let paced = try await agent.ask("pace \(perSecond) \(perSecond * seconds)")
        return Round(flood: flood, paced: paced, usage: usage, counted: counted)
    }

    /// Lets the agent accept many jobs and forget them, looks at what that costs, and measures again.
    private func roundBesideWaiting(
        _ service: RunningService, _ agent: BenchChild, _ database: BenchDatabase, _ made: MadeUpPosts,
        _ counter: CommitCounter
    ) async throws -> JSONObject {
        let start = callbacks + perSecond * seconds
        _ = try await agent.ask("forget")
        let before = ProcessUsage.residentMegabytes
        try await hold(service, agent, made, start..<(start + waiting))
        _ = try await agent.ask("remember")
        let cpu = ProcessUsage.cpuMicroseconds
        // The time over which idling is measured.
        try await Task.sleep(for: .seconds(10))
        let idle = Double(ProcessUsage.cpuMicroseconds - cpu) / 10_000_000
        let resident = ProcessUsage.residentMegabytes
        let beside = try await round(service, agent, database, made, counter, from: start + waiting)
        return [
            "waiting": .int(Int64(waiting)), "rss_before_waiting_mb": .rounded(before, 1),
            "rss_waiting_mb": .rounded(resident, 1), "idle_cpu_percent": .rounded(idle * 100, 2),
            "beside_rate_per_s": beside.flood["rate_per_s"] ?? .null,
            "beside_p50_ms": beside.paced["p50_ms"] ?? .null, "beside_p99_ms": beside.paced["p99_ms"] ?? .null,
            "beside_next_p50_ms": beside.paced["next_p50_ms"] ?? .null,
            "beside_next_p99_ms": beside.paced["next_p99_ms"] ?? .null,
        ]
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
        // Two minutes, and more where there are many: another process holds them, which can only be asked.
        for _ in 0..<(1200 + range.count / 100) {
            if try await agent.ask("held")["held"]?.int == Int64(range.count) {
                // Acceptances are still being recorded.
                try await Task.sleep(for: .seconds(1))
                return
            }
            try await Task.sleep(for: .milliseconds(100))
        }
        throw BenchError("the agent does not hold all jobs in time")
    }
}
