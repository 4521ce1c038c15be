import JSONValue
import Logging
import Statechart
import Store
import Threads

/// Fires due timers and ends jobs whose clocks have run out. Any node may fire any of them: the post's revision decides
/// that each counts once.
package final class TimerLoop: Sendable {
    private let store: any Store
    private let clock: DatabaseClock
    private let gate: Gate
    private let policy: any EnginePolicy
    private let options: EngineOptions
    private let logger: Logger
    private let signal = Signal()
    private let isStopped = Locked(false)
    /// The earliest moment at which something is known to be due.
    private let nextDue = Locked<Timestamp?>(nil)

    /// Whether something that is due could not be committed at the last look: it is not tried again at once.
    private let isHeldUp = Locked(false)
    private static let pauseAfterFailure = Duration.milliseconds(200)

    init(
        store: any Store, clock: DatabaseClock, gate: Gate, policy: any EnginePolicy, options: EngineOptions,
        logger: Logger
    ) {
        self.store = store
        self.clock = clock
        self.gate = gate
        self.policy = policy
        self.options = options
        self.logger = logger
    }

    func run() async {
        while !isStopped.withLock({ $0 }), !Task.isCancelled {
            do {
                _ = try await fireDue()
                try await look()
            } catch {
                logger.warning("timers cannot be read", metadata: ["error": "\(error)"])
                nextDue.withLock { $0 = nil }
            }
            let pause = isHeldUp.withLock { $0 } ? Self.pauseAfterFailure : .zero
            await signal.wait(atMost: max(pause, untilNext()), by: options.time)
        }
    }

    func stop() {
        isStopped.withLock { $0 = true }
        signal.raise()
    }

    func wake() { signal.raise() }

    /// Hears what was committed, and wakes earlier where that set an earlier timer.
    func committed(_ writes: [PostWrite]) {
        let delays = writes.lazy.flatMap(\.timers).compactMap { timer -> Int64? in
            if case .set(_, _, let delay) = timer { delay } else { nil }
        }
        guard let earliest = delays.min() else { return }
        let due = clock.now + .microseconds(earliest)
        let isEarlier = nextDue.withLock { next in
            guard next.map({ due < $0 }) ?? true else { return false }
            next = due
            return true
        }
        if isEarlier { signal.raise() }
    }

    /// Fires everything that is due now; returns how many inputs counted.
    package func fireDue() async throws -> Int {
        isHeldUp.withLock { $0 = false }
        return try await fireTimers() + expireJobs()
    }

    /// So many at once that every lane has a batch to write and one that waits.
    private var page: Int { options.batchLimit * max(1, options.lanes) * 2 }

    private func fireTimers() async throws -> Int {
        var counted = 0
        var cursor: TimerRow?
        while true {
            let rows = try await store.dueTimers(after: cursor, limit: page)
            let works = rows.map { row in
                Work(
                    post: row.post, kind: .event(.timer(row.name, occurrence: row.occurrence), inbox: nil),
                    actor: "timer")
            }
            counted += await take(works)
            guard rows.count == page else { return counted }
            cursor = rows.last
        }
    }

    private func expireJobs() async throws -> Int {
        var counted = 0
        var cursor: JobRow?
        while true {
            let rows = try await store.dueJobs(after: cursor, limit: page)
            let works = try await withoutHeld(rows).map { row in
                let failure = policy.expiry(of: row.source, phase: row.phase)
                let attempt = row.phase == .waiting ? nil : row.attempt
                let finish = Finish(job: row.key.number, attempt: attempt, result: .failure(failure), expired: row)
                return Work(post: row.key.post, kind: .finish(finish), actor: "timer")
            }
            counted += await take(works)
            guard rows.count == page else { return counted }
            cursor = rows.last
        }
    }

    /// Those that are not held. A held job has its time anew instead: waiting for a hold is nobody's failure.
    private func withoutHeld(_ rows: [JobRow]) async throws -> [JobRow] {
        guard rows.contains(where: { $0.phase == .waiting }) else { return rows }
        let holds = try await HoldTable.read(store)
        let held = rows.filter { $0.phase == .waiting && holds.covers($0) }
        _ = try await store.postpone(held.map { $0.postponed(policy) })
        let keys = Set(held.map(\.key))
        return rows.filter { !keys.contains($0.key) }
    }

    private func take(_ works: [Work]) async -> Int {
        var counted = 0
        for result in await gate.take(works) {
            switch result {
            case .success(.taken): counted += 1
            case .success: break
            // Another was faster; what is still due is read again.
            case .failure(let error as EngineError) where error.code == .contention: break
            case .failure(let error):
                isHeldUp.withLock { $0 = true }
                logger.warning("a timer's event waits for the next look", metadata: ["error": "\(error)"])
            }
        }
        return counted
    }

    private func look() async throws {
        let due = try await store.nextDue()
        let earliest = [due.timer, due.job].compactMap(\.self).min()
        nextDue.withLock { $0 = earliest }
    }

    private func untilNext() -> Duration {
        guard let next = nextDue.withLock({ $0 }) else { return options.pollInterval }
        return min(max(next - clock.now, .milliseconds(5)), options.pollInterval)
    }
}
