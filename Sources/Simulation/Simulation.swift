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
        let plan = SeedPlan(seed: seed)
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
