import Crypto
import JSONValue
import Logging
import Statechart
import Store
import Threads

/// The durable shell: takes inputs for posts, batches them, commits them with everything they cause, and wakes what
/// waits. Owns the lanes; ``run()`` drives them and the loops until it is told to drain.
package final class Engine: Sendable {
    package let store: any Store
    package let clock: DatabaseClock
    let policy: any EnginePolicy
    let options: EngineOptions
    let logger: Logger
    package let dispatcher: Dispatcher
    package let timers: TimerLoop
    package let inbox: InboxLoop
    package let operations: OperationLoop
    let gate: Gate
    private let lanes: [Lane]
    private let committers: [Committer]
    private let observers = Locked<[CommitObserver]>([])
    let isDraining = Locked(false)

    /// `node` is this process's name in leases, unique among the nodes of a database; `clock` the estimate of
    /// the database's, which others may read as well. `migrations` makes the way between two charts from an operation's
    /// parameters.
    package init(
        store: any Store, policy: any EnginePolicy, performers: [any Performer], admitter: (any Admitter)? = nil,
        node: String, clock: DatabaseClock, options: EngineOptions = EngineOptions(), logger: Logger,
        migrations: any MigrationSource = NoMigrations(),
        random: @escaping @Sendable () -> any RandomNumberGenerator & Sendable = { SystemRandomNumberGenerator() }
    ) {
        self.store = store
        self.policy = policy
        self.options = options
        self.logger = logger
        self.clock = clock
        let lanes = (0..<max(1, options.lanes)).map { _ in
            Lane(limit: options.laneLimit, batchLimit: options.batchLimit, time: options.time)
        }
        self.lanes = lanes
        gate = Gate(lanes: lanes)
        dispatcher = Dispatcher(
            store: store, policy: policy, clock: clock, gate: gate, performers: performers, admitter: admitter,
            node: node, options: options, logger: logger)
        timers = TimerLoop(store: store, clock: clock, gate: gate, policy: policy, options: options, logger: logger)
        inbox = InboxLoop(store: store, gate: gate, options: options, logger: logger)
        operations = OperationLoop(
            store: store, gate: gate, node: node, options: options, migrations: migrations, logger: logger)
        let relay = Locked(CommitObserver { _ in })
        committers = lanes.map { [dispatcher] _ in
            Committer(
                store: store, policy: policy, clock: clock, time: options.time, logger: logger, random: random,
                cache: InstanceCache(limit: options.cacheLimit), placement: dispatcher,
                committed: { writes in relay.withLock { $0 }.hear(writes) })
        }
        relay.withLock { $0 = CommitObserver { [weak self] in self?.committed($0) } }
    }

    /// Runs lanes and loops. Returns after ``drain(grace:)``, or when the task is cancelled.
    package func run() async {
        let relay = Task { [self] in await relayWakeUps() }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { [self] in await runLanes() }
            group.addTask { [self] in await dispatcher.run() }
            group.addTask { [self] in await timers.run() }
            group.addTask { [self] in await inbox.run() }
            group.addTask { [self] in await operations.run() }
        }
        relay.cancel()
    }

    /// Runs the lanes alone: inputs are taken, and nothing wakes by itself. For tests and tools that say when to look.
    package func runLanes() async {
        await withTaskGroup(of: Void.self) { group in
            for (lane, committer) in zip(lanes, committers) {
                group.addTask { await Self.run(lane, committer) }
            }
        }
    }

    /// Stops taking work: no new assignments, timers or outside events; attempts get a grace, then are cancelled and put
    /// back (or left for their next owner where they cannot be repeated); the lanes finish what they hold.
    package func drain(grace: Duration) async {
        isDraining.withLock { $0 = true }
        timers.stop()
        inbox.stop()
        operations.stop()
        await dispatcher.drain(grace: grace)
        for lane in lanes { lane.close() }
    }

    /// Calls back after each commit, on the lane's task: keep it short.
    package func observe(_ observer: @escaping @Sendable ([PostWrite]) -> Void) {
        observers.withLock { $0.append(CommitObserver(hear: observer)) }
    }

    private static func run(_ lane: Lane, _ committer: Committer) async {
        while let batch = await lane.next() {
            let losers = await committer.process(batch)
            if !losers.isEmpty { lane.retry(losers) }
        }
    }

    private func committed(_ writes: [PostWrite]) {
        guard !writes.isEmpty else { return }
        dispatcher.committed(writes)
        timers.committed(writes)
        if writes.contains(where: { !$0.emitted.isEmpty }) { inbox.wake() }
        for observer in observers.withLock({ $0 }) { observer.hear(writes) }
    }

    private func relayWakeUps() async {
        for await topic in store.wakeUps() {
            switch topic {
            case .jobs: dispatcher.wake()
            case .endpoints: dispatcher.look()
            case .operations: operations.wake()
            case .timers: timers.wake()
            case .inbox: inbox.wake()
            }
            if isDraining.withLock({ $0 }) { return }
        }
    }
}

/// Hears of commits. A type of its own: a bare closure behind a lock is wrapped once more by each look at it, and the
/// calls through all the wrappers grow with the commits.
private struct CommitObserver: Sendable {
    let hear: @Sendable ([PostWrite]) -> Void
}

/// Puts inputs into the lane of their post and waits for what becomes of them.
struct Gate: Sendable {
    let lanes: [Lane]

    /// How many inputs wait.
    var depth: Int { lanes.reduce(0) { $0 + $1.depth } }

    func take(_ work: Work) async throws -> WorkOutcome {
        try lane(of: work.post).submit(work)
        return try await work.reply.value
    }

    /// Queues all, then waits for all: so they share batches.
    func take(_ works: [Work]) async -> [Result<WorkOutcome, any Error>] {
        for work in works {
            do {
                try lane(of: work.post).submit(work)
            } catch {
                work.reply.resolve(.failure(error))
            }
        }
        var results: [Result<WorkOutcome, any Error>] = []
        for work in works {
            do {
                results.append(.success(try await work.reply.value))
            } catch {
                results.append(.failure(error))
            }
        }
        return results
    }

    /// Fibonacci hashing: neighbouring ids go to different lanes.
    private func lane(of post: PostID) -> Lane {
        let hash = UInt64(bitPattern: post.rawValue) &* 0x9E37_79B9_7F4A_7C15
        return lanes[Int(hash >> 33) % lanes.count]
    }
}
