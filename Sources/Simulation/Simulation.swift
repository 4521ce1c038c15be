import Store

/// Runs the whole engine on one seed: nodes, endpoints, a database, virtual time, and whatever goes wrong.
package enum Simulation {
    /// What came of a seed.
    package struct Report: Sendable {
        package let seed: Int
        /// The first law that was broken, in words; nil when all held.
        package let violation: String?
        package let tally: Tally
        /// Equal for equal runs.
        package let traceHash: UInt64
        /// What happened, when it was asked for.
        package let trace: [String]
        package let virtualSeconds: Double
        package let steps: Int
    }

    /// Blocks its thread until the run is over: never call it on the cooperative pool.
    package static func run(seed: Int, isTraced: Bool = false) throws -> Report {
        try run(SeedPlan(seed: seed), seed, isTraced)
    }

    /// Runs an outage of all endpoints while so many posts come in, with the settings that operators have: nothing may be
    /// given up, and everything must have ended within the same time again.
    package static func run(outage minutes: Int, posts: Int, seed: Int) throws -> Report {
        try run(SeedPlan.outage(seed: seed, minutes: minutes, posts: posts), seed, false)
    }

    private static func run(_ plan: SeedPlan, _ seed: Int, _ isTraced: Bool) throws -> Report {
        let world = World(plan, shelf: try ChartShelf(plan), isTraced: isTraced)
        world.scheduler.begin()
        defer { world.scheduler.end() }
        world.prepare()
        world.run()
        let report = Report(
            seed: seed, violation: world.violation, tally: world.tally, traceHash: world.trace.hash,
            trace: world.trace.lines, virtualSeconds: Double(world.now) / 1_000_000, steps: world.scheduler.steps)
        world.end()
        return report
    }
}

extension World {
    /// Lets go of everything, so that the run can be forgotten.
    func end() {
        for node in aliveNodes { bury(node) }
        // What dead nodes have ready still: their tasks end, and are forgotten.
        for place in 0..<scheduler.places { _ = scheduler.finish(place) }
        agenda = Agenda()
        lateCommits = [:]
        nodes = []
    }
}
