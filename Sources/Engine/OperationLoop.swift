import JSONValue
import Logging
import Statechart
import Store
import Threads

/// Works on operations on many posts, one at a time: in slices, newest posts first, through the lanes like any input.
///
/// Any node may go on with an operation whose owner has fallen silent, from the cursor on. A slice that was worked on
/// already counts once: each post remembers which operations have been there.
package final class OperationLoop: Sendable {
    let store: any Store
    let gate: Gate
    let node: String
    let options: EngineOptions
    let migrations: any MigrationSource
    let logger: Logger
    private let signal = Signal()
    private let isStopped = Locked(false)

    init(
        store: any Store, gate: Gate, node: String, options: EngineOptions, migrations: any MigrationSource,
        logger: Logger
    ) {
        self.store = store
        self.gate = gate
        self.node = node
        self.options = options
        self.migrations = migrations
        self.logger = logger
    }

    func run() async {
        while !mustStop {
            do {
                while try await workOnOne() {}
            } catch {
                logger.warning("operations cannot be read", metadata: ["error": "\(error)"])
            }
            await signal.wait(atMost: options.pollInterval, by: options.time)
        }
    }

    func stop() {
        isStopped.withLock { $0 = true }
        signal.raise()
    }

    package func wake() { signal.raise() }

    var mustStop: Bool { isStopped.withLock { $0 } || Task.isCancelled }

    /// Takes the oldest operation that nobody works on, and works on it until it ends, it is lost to another node, or
    /// this one stops. False when there is none.
    package func workOnOne() async throws -> Bool {
        guard !mustStop,
            let operation = try await store.claimOperation(
                node: node, microseconds: options.operationLease.microseconds)
        else { return false }
        let run: OperationRun
        do {
            run = try await OperationRun(operation, migrations)
        } catch let problem as MigrationProblem {
            try await refuse(operation, problem.description)
            return true
        }
        try await work(run)
        return true
    }

    /// An operation that cannot begin ends with the reason.
    private func refuse(_ operation: OperationRow, _ problem: String) async throws {
        let problems: [JSON] = [["problem": .string(problem)]]
        _ = try await store.advance(
            OperationAdvance(operation, node: node, problems: problems, end: .failed, leaseMicroseconds: 0))
    }

    private func work(_ begun: OperationRun) async throws {
        var run = begun
        var pace = Pace(rate: options.operationRate, from: options.time.now)
        while !mustStop {
            guard run.row.state != .aborting else { return try await end(run, .aborted) }
            await giveWay()
            let ids = try await store.postIDs(
                run.row.filter, after: run.row.cursor, limit: pace.slice(atMost: options.batchLimit))
            guard let last = ids.last else { return try await end(run, .done) }
            guard let tally = await slice(ids, of: run) else {
                // Something is in the way of all: come again, and let nobody think that we are gone.
                guard try await say(&run, SliceTally(), cursor: nil) else { return }
                await pause(until: options.time.now + .milliseconds(500))
                continue
            }
            guard try await say(&run, tally, cursor: last) else { return }
            await pause(until: pace.after(ids.count, at: options.time.now))
        }
        // Whoever comes next need not wait for our time to run out.
        _ = try await store.advance(
            OperationAdvance(run.row, node: node, problems: run.row.problems, leaseMicroseconds: 0))
    }

    /// One slice's inputs through the lanes. Nil when some could not be taken for a reason that is not theirs.
    private func slice(_ ids: [PostID], of run: OperationRun) async -> SliceTally? {
        var tally = SliceTally()
        for (id, result) in zip(ids, await gate.take(ids.map { run.work(on: $0) })) {
            switch result {
            case .success(let outcome): tally.count(outcome, of: id)
            case .failure(let error as StoreError) where error.code == .refusedData:
                tally.fail(id, error.description)
            case .failure(let error):
                logger.warning("an operation's slice is taken again", metadata: ["error": "\(error)"])
                return nil
            }
        }
        return tally
    }

    /// False when another node has the operation now.
    private func say(_ run: inout OperationRun, _ tally: SliceTally, cursor: PostID?) async throws -> Bool {
        let problems = Array((run.row.problems + tally.problems).prefix(OperationRow.problemLimit))
        let advance = OperationAdvance(
            run.row, node: node, progress: tally.progress, cursor: cursor, problems: problems,
            leaseMicroseconds: options.operationLease.microseconds)
        guard let row = try await store.advance(advance) else { return false }
        run.row = row
        return true
    }

    private func end(_ run: OperationRun, _ state: OperationRow.State) async throws {
        _ = try await store.advance(
            OperationAdvance(run.row, node: node, problems: run.row.problems, end: state, leaseMicroseconds: 0))
    }

    /// What comes from outside goes first: an operation waits while the lanes are busy.
    private func giveWay() async {
        while gate.depth > options.laneLimit / 4, !mustStop { await pause(until: options.time.now + .milliseconds(50)) }
    }

    private func pause(until end: ContinuousClock.Instant) async {
        while !mustStop {
            let left = end - options.time.now
            guard left > .zero else { return }
            await signal.wait(atMost: left, by: options.time)
        }
    }
}

/// Keeps an operation to its posts a second.
struct Pace: Sendable {
    private let rate: Int
    private var next: ContinuousClock.Instant

    init(rate: Int, from now: ContinuousClock.Instant) {
        self.rate = max(1, rate)
        next = now
    }

    /// A quarter of a second's posts, so that progress is seen and an abort is quick.
    func slice(atMost limit: Int) -> Int { max(1, min(limit, rate / 4)) }

    /// When the next slice may begin. Time that a slow slice took is not made up for.
    mutating func after(_ count: Int, at now: ContinuousClock.Instant) -> ContinuousClock.Instant {
        let cost = Duration.seconds(Double(count) / Double(rate))
        next = max(next + cost, now)
        return next
    }
}
