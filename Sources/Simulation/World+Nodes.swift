import Engine
import JSONValue
import Logging
import Store
import Threads

/// Processes come, stand still and go.
extension World {
    @discardableResult
    func startNode(digests: Set<String>) -> SimulatedNode {
        let place = scheduler.addPlace()
        let node = SimulatedNode(place: place, name: "n\(nodes.count + 1)", digests: digests)
        nodes.append(node)
        note("\(node.name) starts", Int64(place))
        var options = plan.options
        options.time = time(of: node)
        let store = MemoryStore(NodeConnection(world: self, node: node))
        let policy = SimulationPolicy(
            interpreters: shelf.interpreters.filter { digests.contains($0.key) },
            currentChart: shelf.current(for: digests), base: plan.policy)
        let chances = SharedDice(dice.next())
        scheduler.within(place) {
            let engine = Engine(
                store: store, policy: policy, performers: [SimulatedPerformer(world: self, node: node)],
                node: node.name, clock: DatabaseClock(databaseNow, time: options.time), options: options,
                logger: Logger(label: "simulation") { _ in SwiftLogNoOpLogHandler() }, random: { chances })
            node.engine = engine
            node.running = Task { await engine.run() }
        }
        return node
    }

    /// The process is gone at once. What it had under way in its memory is gone too.
    func crash(_ node: SimulatedNode) {
        guard node.isAlive else { return }
        note("\(node.name) crashes", Int64(node.place))
        tally[.crashes] += 1
        bury(node)
        let digests = node.digests
        after(500_000 + dice.span(upTo: 8_000_000)) { [self] in _ = startNode(digests: digests) }
    }

    /// Lets the tasks of a dead process come to their end: none of their calls arrives anywhere.
    func bury(_ node: SimulatedNode) {
        node.isAlive = false
        scheduler.within(node.place) {
            node.endAll()
            node.stream?.finish()
            node.running?.cancel()
            if let engine = node.engine { _ = Task { await engine.drain(grace: .zero) } }
        }
        if !scheduler.finish(node.place) { fail("liveness", "the tasks of \(node.name) do not end with it") }
        node.engine = nil
        node.running = nil
    }

    /// SIGSTOP: nothing of the process moves, while time goes on for everybody else.
    func freeze(_ node: SimulatedNode, for span: Int64) {
        guard node.isAlive, !node.isFrozen else { return }
        note("\(node.name) stands still for \(span / 1000) ms", Int64(node.place), span)
        tally[.freezes] += 1
        node.isFrozen = true
        scheduler.stop(node.place, true)
        after(span) { [self] in
            node.isFrozen = false
            scheduler.stop(node.place, false)
            note("\(node.name) goes on", Int64(node.place))
        }
    }

    /// An orderly stop; another process follows.
    func drain(_ node: SimulatedNode) {
        guard node.isAlive, !node.isDraining, let engine = node.engine else { return }
        note("\(node.name) drains", Int64(node.place))
        tally[.drains] += 1
        node.isDraining = true
        let running = node.running
        spawn(node) { [self] in
            await engine.drain(grace: .seconds(1))
            await running?.value
            after(0) { [self] in
                guard node.isAlive else { return }
                note("\(node.name) has drained", Int64(node.place))
                bury(node)
                startNode(digests: node.digests)
            }
        }
    }

    /// What another node's database trigger would send: a hint that may come to nobody.
    func hint(_ topics: [WakeUp]) {
        for node in aliveNodes {
            for topic in topics {
                if plan.isDeaf || dice.chance(isHealed ? 10 : 40) {
                    tally[.lostNotifications] += 1
                    continue
                }
                tally[.notifications] += 1
                after(Int64(dice.below(20_000))) { [self] in
                    scheduler.within(node.place) { _ = node.stream?.yield(topic) }
                }
            }
        }
    }
}

/// A node's own randomness, which goes on from call to call.
struct SharedDice: RandomNumberGenerator, Sendable {
    private let dice: Shared<Dice>

    init(_ seed: UInt64) { dice = Shared(Dice(seed: seed)) }

    mutating func next() -> UInt64 { dice.withLock { $0.next() } }
}
