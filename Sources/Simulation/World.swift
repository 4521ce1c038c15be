import Engine
import JSONValue
import Store
import Threads

/// All there is in a run: one database, the nodes and endpoints around it, the time that passes for them, and the laws.
///
/// Lives on the simulation's thread alone, with everything that runs in it: nothing is ever touched by two threads.
final class World: @unchecked Sendable {
    let plan: SeedPlan
    var dice: Dice
    let scheduler = Scheduler()
    var agenda = Agenda()
    var trace: Trace
    var tally = Tally()
    /// Virtual microseconds since the beginning.
    private(set) var now: Int64 = 0
    /// By how much the database's clock was set.
    var clockOffset: Int64 = 0
    var database = MemoryDatabase()
    var laws = Laws()
    var nodes: [SimulatedNode] = []
    var rates: SeedPlan.Rates
    var isOver = false
    /// The first law that was broken, in words.
    private(set) var violation: String?
    /// Commits whose callers are in doubt and that may come yet, by batch.
    var lateCommits: [String: () -> Void] = [:]
    /// Until when the database is gone.
    var outageUntil: Int64 = 0
    var agents = Agents()
    var thread = CommentThread()
    let shelf: ChartShelf
    let base = ContinuousClock.now

    static let epoch = Timestamp(seconds: 1_790_000_000)

    init(_ plan: SeedPlan, shelf: ChartShelf, isTraced: Bool) {
        self.plan = plan
        self.shelf = shelf
        dice = Dice(seed: plan.seed)
        trace = Trace(isShown: isTraced)
        rates = plan.rates
        clockOffset = Self.untilMidnight - Int64(plan.midnightSeconds) * 1_000_000
    }

    private static var untilMidnight: Int64 {
        let day: Int64 = 86_400_000_000
        return day - epoch.microseconds % day
    }

    /// The database's clock.
    var databaseNow: Timestamp { Self.epoch + .microseconds(now + clockOffset) }

    var isHealed: Bool { now >= Int64(plan.troubleSeconds) * 1_000_000 }

    func after(_ delay: Int64, isNeeded: @escaping () -> Bool = { true }, _ action: @escaping () -> Void) {
        agenda.add(at: now + max(0, delay), isNeeded: isNeeded, action)
    }

    func after(seconds: Double, _ action: @escaping () -> Void) { after(Int64(seconds * 1_000_000), action) }

    func note(_ line: @autoclosure () -> String, _ numbers: Int64...) {
        trace.add(now, line(), numbers.reduce(17) { $0 &* 31 &+ $1 })
    }

    func fail(_ law: String, _ what: @autoclosure () -> String) {
        guard violation == nil else { return }
        violation = "\(law): \(what())"
        note("VIOLATION \(violation ?? "")")
        isOver = true
    }

    /// Jobs before events: what is ready takes no virtual time.
    func run() {
        var idleSteps = 0
        while !isOver {
            let ready = scheduler.ready
            if ready > 0 {
                scheduler.step(ready > 1 ? dice.below(ready) : 0)
                idleSteps += 1
                if idleSteps > 200_000 { fail("liveness", "the tasks spin at one moment") }
                continue
            }
            guard let entry = agenda.next() else { return fail("liveness", "nothing is left to happen") }
            if entry.at > now { idleSteps = 0 }
            now = max(now, entry.at)
            entry.action()
        }
    }

    // MARK: Nodes' view of time

    func time(of node: SimulatedNode) -> TimeSource {
        TimeSource(
            now: { [unowned self] in base + .microseconds(now) },
            sleep: { [unowned self] span in
                guard node.isAlive else { throw CancellationError() }
                let reply = Reply<Void>()
                after(span.microseconds, isNeeded: { !reply.isResolved }) { [unowned self] in
                    scheduler.within(node.place) { reply.resolve(.success(())) }
                }
                try await reply.value
            })
    }

    /// Begins a task of a node: a request that it serves.
    func spawn(_ node: SimulatedNode, _ body: @escaping @Sendable () async -> Void) {
        scheduler.within(node.place) { _ = Task { await body() } }
    }

    var aliveNodes: [SimulatedNode] { nodes.filter(\.isAlive) }
}
