import Engine
import JSONValue
import Logging
import Store
import Threads

/// Measures durable timers: many that are due within one second, then a steady number a second.
package struct TimerBench: Sendable {
    private let burst: Int
    private let perSecond: Int
    private let seconds: Int
    private let progress: @Sendable (String) -> Void

    package init(burst: Int, perSecond: Int, seconds: Int, progress: @escaping @Sendable (String) -> Void) {
        self.burst = burst
        self.perSecond = perSecond
        self.seconds = seconds
        self.progress = progress
    }

    package func run(on target: BenchTarget) async throws -> JSON {
        progress("\(target.name): preparing")
        return try await BenchDatabase.with(target) { try await measure($0) }
    }

    private func measure(_ database: BenchDatabase) async throws -> JSON {
        let disk = DiskProbe.fdatasyncMicroseconds(folder: database.folder)
        let store = try database.store(lanes: 2)
        _ = try await store.migrate()
        try await store.maintain()
        let policy = try TickPolicy()
        try await store.saveChart(digest: policy.currentChart, id: "tick", source: TickPolicy.chart)
        let engine = Engine(
            store: store, policy: policy, performers: [], node: "bench", clock: DatabaseClock(try await store.now()),
            logger: Logger(label: "rejoinder.bench"))
        let watch = TimerWatch()
        engine.observe { watch.committed($0) }
        let figures = try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await engine.run() }
            do {
                let figures = try await run(engine, store, watch, database)
                await engine.drain(grace: .zero)
                return figures
            } catch {
                await engine.drain(grace: .zero)
                throw error
            }
        }
        await store.close()
        let limits = try await database.limits()
        return report(database.target, figures, limits, disk)
    }

    private struct Figures: Sendable {
        var burstSeconds = 0.0
        var burstEarly = 0
        var lateness: [Duration] = []
        var early = 0
        var transitions = 0
        var commits = 0
        var usage: UsageMeter.Usage
        var resident = 0.0
    }

    private func run(
        _ engine: Engine, _ store: any Store, _ watch: TimerWatch, _ database: BenchDatabase
    ) async throws -> Figures {
        let made = MadeUpPosts(now: engine.clock.now)
        progress("\(database.target.name): \(burst) timers, all due within one second")
        // Far enough ahead that all are set before the first is due.
        let lead = Duration.seconds(5 + burst / 4000)
        let due = engine.clock.now + lead
        for start in stride(from: 0, to: burst, by: 500) {
            let batch = (start..<min(start + 500, burst)).map { index in
                let moment = due + .microseconds(Int64(index) * 1_000_000 / Int64(max(1, burst)))
                return made.post(index).waiting(until: moment, from: engine.clock.now)
            }
            _ = try await engine.create(batch, actor: "tool:bench")
        }
        guard engine.clock.now < due else { throw BenchError("setting the timers took longer than \(lead)") }
        let meter = try await UsageMeter(database)
        watch.reset()
        while watch.fired < burst {
            guard engine.clock.now < due + .seconds(120) else { throw BenchError("only \(watch.fired) timers fired") }
            try await Task.sleep(for: .milliseconds(20))
        }
        var figures = Figures(usage: try await meter.finish())
        figures.burstSeconds = (watch.last - due) / .seconds(1)
        figures.transitions = watch.fired
        figures.commits = watch.commits
        figures.resident = ProcessUsage.residentMegabytes
        figures.burstEarly = try await lateness(of: (0..<burst), step: max(1, burst / 1000), made, store)
            .filter { $0 < .zero }.count
        try await steady(engine, made)
        let steadyRange = burst..<(burst + perSecond * seconds)
        let late = try await lateness(of: steadyRange, step: max(1, steadyRange.count / 2000), made, store)
        figures.lateness = late.map { max($0, .zero) }
        figures.early = late.filter { $0 < .zero }.count
        return figures
    }

    /// Posts created so that so many timers are due each second.
    private func steady(_ engine: Engine, _ made: MadeUpPosts) async throws {
        progress("\(perSecond) timers a second for \(seconds) seconds")
        let base = burst
        let due = engine.clock.now + .seconds(4)
        for second in 0..<seconds {
            let batch = (0..<perSecond).map { index in
                let moment = due + .seconds(second) + .microseconds(Int64(index) * 1_000_000 / Int64(perSecond))
                return made.post(base + second * perSecond + index).waiting(until: moment, from: engine.clock.now)
            }
            _ = try await engine.create(batch, actor: "tool:bench")
            let next = due + .seconds(second - 2)
            let wait = next - engine.clock.now
            if wait > .zero { try await Task.sleep(for: wait) }
        }
        let end = due + .seconds(seconds) + .seconds(2)
        let wait = end - engine.clock.now
        if wait > .zero { try await Task.sleep(for: wait) }
    }

    /// How late some of the timers were, by the database's clock alone: from its history.
    private func lateness(
        of range: Range<Int>, step: Int, _ made: MadeUpPosts, _ store: any Store
    ) async throws -> [Duration] {
        var late: [Duration] = []
        for index in stride(from: range.lowerBound, to: range.upperBound, by: step) {
            let history = try await store.history(made.post(index).submission.id, after: 0, limit: 2)
            guard history.count == 2, let delay = history[0].effects[0]?["delay_us"]?.int else {
                throw BenchError("the timer of post \(index) has not fired")
            }
            late.append(history[1].at - (history[0].at + .microseconds(delay)))
        }
        return late
    }

    private func report(
        _ target: BenchTarget, _ figures: Figures, _ limits: MachineLimits, _ disk: Double?
    ) -> JSON {
        BenchReport(
            workload: "timers", target: target, transitions: figures.transitions, commits: figures.commits,
            seconds: figures.burstSeconds, latencies: figures.lateness, usage: figures.usage,
            residentMegabytes: figures.resident, load: ProcessUsage.load, limits: limits, disk: disk
        ).json([
            "burst": .int(Int64(burst)), "burst_early": .int(Int64(figures.burstEarly)),
            "steady_per_s": .int(Int64(perSecond)), "early": .int(Int64(figures.early)),
        ])
    }
}

extension NewPost {
    /// The same post on the chart of ``TickPolicy``.
    fileprivate func waiting(until moment: Timestamp, from now: Timestamp) -> NewPost {
        NewPost(
            submission: submission, priority: priority,
            context: ["delay_us": .int(max(0, (moment - now).microseconds))])
    }
}
