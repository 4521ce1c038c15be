import JSONValue
import Store
import Threads

import protocol TestSupport.StoreWrapper

/// A store whose commits fail as the test says; everything else goes through.
final class FaultyStore: StoreWrapper {
    enum Fault: Sendable {
        /// Nothing is written, and the caller is told so.
        case unavailable
        /// It is written, but the answer is lost.
        case lostAnswer
        /// Nothing is written, and the answer is lost too.
        case lostRequest
        /// The database refuses batches with this post.
        case refuses(PostID)
        /// The database refuses batches with a macrostep of this event.
        case refusesEvent(String)
        /// The database refuses batches that bring this post there.
        case refusesOutcome(PostID, String)
        /// A lock was not had in time.
        case contention
    }

    let base: any Store
    private let faults = Locked<[Fault]>([])
    private let standing = Locked<Fault?>(nil)
    private let failingAdoptions = Locked(0)
    private let failingAnswers = Locked(0)
    private let gate = Locked<Latch?>(nil)
    private let commitGate = Locked<Latch?>(nil)
    private let hasHeldCommit = Latch()
    private let runningKeysAreRead = Locked<(@Sendable () async -> Void)?>(nil)
    private let dueJobsAreRead = Locked<(@Sendable () async -> Void)?>(nil)
    let commits = Locked<[[PostID]]>([])
    /// Posts of batches that the database itself has refused for their data.
    let refused = Locked<[[PostID]]>([])
    private let acceptances = Locked(0)
    private let accepted = Signal()

    init(_ base: any Store) { self.base = base }

    /// Faults for the next commits, one each.
    func fail(_ faults: Fault...) { self.faults.withLock { $0 += faults } }
    /// The next takeovers of endpoints fail after their leases were given.
    func failAdoptions(_ count: Int) { failingAdoptions.withLock { $0 = count } }
    /// The next questions about batches in doubt are not answered.
    func failWinners(_ count: Int) { failingAnswers.withLock { $0 = count } }
    /// Readings of posts wait from now on until ``release()``: what comes meanwhile makes one batch.
    func hold() { gate.withLock { $0 = Latch() } }
    func release() { gate.withLock { $0 }?.happen() }
    /// The next commits wait until ``releaseCommits()``.
    func holdCommits() { commitGate.withLock { $0 = Latch() } }
    func releaseCommits() { commitGate.withLock { $0.take() }?.happen() }
    /// Returns once a commit waits.
    func heldCommit() async { await hasHeldCommit.wait() }
    /// Happens once, after due jobs were read the next time and before anything is made of it.
    func afterDueJobs(_ body: @escaping @Sendable () async -> Void) { dueJobsAreRead.withLock { $0 = body } }
    /// Happens once, after the keys of running jobs were read the next time and before anything is made of them.
    func afterRunningKeys(_ body: @escaping @Sendable () async -> Void) { runningKeysAreRead.withLock { $0 = body } }
    /// A fault for all commits until healed.
    func keepFailing(_ fault: Fault) { standing.withLock { $0 = fault } }
    func heal() {
        faults.withLock { $0 = [] }
        standing.withLock { $0 = nil }
    }

    func commit(_ batch: Batch) async throws -> CommitResult {
        if let gate = commitGate.withLock({ $0 }) {
            hasHeldCommit.happen()
            await gate.wait()
        }
        let fault = faults.withLock { $0.isEmpty ? nil : $0.removeFirst() } ?? standing.withLock { $0 }
        switch fault {
        case .unavailable: throw StoreError(.unavailable, "down")
        case .lostRequest: throw StoreError(.inDoubt, "lost")
        case .lostAnswer:
            _ = try await base.commit(batch)
            throw StoreError(.inDoubt, "lost")
        case .refuses(let post) where batch.writes.contains { $0.post == post }:
            throw StoreError(.refusedData, "refused")
        case .refusesEvent(let name) where batch.writes.flatMap(\.transitions).contains { $0.event == name }:
            throw StoreError(.refusedData, "refused")
        case .refusesOutcome(let post, let place)
        where batch.writes.contains { $0.post == post && $0.state.configuration.contains(place) }:
            refused.withLock { $0.append(batch.writes.map(\.post)) }
            throw StoreError(.refusedData, "refused")
        case .contention: throw StoreError(.contention, "busy")
        case .refuses, .refusesEvent, .refusesOutcome, nil: break
        }
        do {
            let result = try await base.commit(batch)
            commits.withLock { $0.append(batch.writes.map(\.post)) }
            return result
        } catch let error as StoreError {
            if error.code == .refusedData { refused.withLock { $0.append(batch.writes.map(\.post)) } }
            throw error
        }
    }

    func recordAccepted(_ all: [Acceptance]) async throws -> Set<JobKey> {
        let recorded = try await base.recordAccepted(all)
        acceptances.withLock { $0 += all.count }
        accepted.raise()
        return recorded
    }

    /// Returns once so many acceptances have been noted; one waits at a time.
    func acceptances(_ count: Int) async {
        while acceptances.withLock({ $0 }) < count { await accepted.wait(atMost: .milliseconds(200)) }
    }

    private static func fails(_ counter: borrowing Locked<Int>) -> Bool {
        counter.withLock { count in
            defer { count = max(0, count - 1) }
            return count > 0
        }
    }

    func posts(_ ids: [PostID]) async throws -> [PostRow] {
        await gate.withLock { $0 }?.wait()
        return try await base.posts(ids)
    }
    func winners(of batch: String, posts: [PostID]) async throws -> Set<PostID> {
        if Self.fails(failingAnswers) { throw StoreError(.unavailable, "down") }
        return try await base.winners(of: batch, posts: posts)
    }
    func dueJobs(after cursor: JobRow?, limit: Int) async throws -> [JobRow] {
        let jobs = try await base.dueJobs(after: cursor, limit: limit)
        await dueJobsAreRead.withLock { $0.take() }?()
        return jobs
    }
    func runningKeys(endpoint: String, after cursor: JobKey?, limit: Int) async throws -> [JobKey] {
        let keys = try await base.runningKeys(endpoint: endpoint, after: cursor, limit: limit)
        await runningKeysAreRead.withLock { $0.take() }?()
        return keys
    }
    func adoptStartingJobs(_ lease: Lease) async throws -> [JobRow] {
        if Self.fails(failingAdoptions) { throw StoreError(.unavailable, "down") }
        return try await base.adoptStartingJobs(lease)
    }
}
