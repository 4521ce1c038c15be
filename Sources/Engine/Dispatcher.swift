import JSONValue
import Logging
import Store
import Threads

/// Brings ready jobs to endpoints that this node owns, and runs their attempts.
package final class Dispatcher: Sendable {
    let store: any Store
    let policy: any EnginePolicy
    let clock: DatabaseClock
    let gate: Gate
    let performers: [any Performer]
    let admitter: (any Admitter)?
    let node: String
    let options: EngineOptions
    let logger: Logger
    let owned = Locked<[String: OwnedEndpoint]>([:])
    let attempts = Locked<[JobKey: Attempt]>([:])
    let holds = Locked(HoldTable([], endpoints: []))
    /// How many assignments are known to be committed: the number of the last one.
    let confirmations = Locked(1)
    let renewedAt: Locked<ContinuousClock.Instant>
    private let signal = Signal()
    let leaseSignal = Signal()
    let renewSignal = Signal()
    let isDraining = Locked(false)
    let backlog = Locked(Backlog())
    private let shares = Locked(FairShare())
    /// The community after which each source's next look at communities begins.
    private let lookedAt = Locked<[String: String]>([:])
    /// Acceptances are written together: each alone would cost a commit.
    let acceptances: Coalescer<Acceptance, Bool>

    /// An attempt that runs in this process. The task is nil while it is being started.
    struct Attempt: Sendable {
        let job: JobRow
        let lease: Lease
        var task: Task<Void, Never>?
    }

    init(
        store: any Store, policy: any EnginePolicy, clock: DatabaseClock, gate: Gate, performers: [any Performer],
        admitter: (any Admitter)?,
        node: String, options: EngineOptions, logger: Logger
    ) {
        self.store = store
        self.policy = policy
        acceptances = Coalescer(looksAtOnce: 1) { acceptances in
            let counted = try await store.recordAccepted(acceptances)
            return Dictionary(uniqueKeysWithValues: acceptances.map { ($0, counted.contains($0.key)) })
        }
        self.clock = clock
        self.gate = gate
        self.performers = performers
        self.admitter = admitter
        self.node = node
        self.options = options
        self.logger = logger
        renewedAt = Locked(options.time.now)
    }

    func run() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { [self] in await renewing() }
            group.addTask { [self] in await keepLeases() }
            group.addTask { [self] in await dispatch() }
        }
    }

    func wake() { signal.raise() }

    /// Endpoints or holds have changed: reads them again, and then looks for work.
    func look() { leaseSignal.raise() }

    private func renewing() async {
        while !isDraining.withLock({ $0 }), !Task.isCancelled {
            do {
                try await renewLeases()
            } catch {
                logger.warning("leases cannot be renewed", metadata: ["error": "\(error)"])
            }
            await renewSignal.wait(atMost: options.leaseTime / 5, by: options.time)
        }
    }

    private func keepLeases() async {
        while !isDraining.withLock({ $0 }), !Task.isCancelled {
            do {
                try await takeOver()
            } catch {
                logger.warning("endpoints cannot be taken over", metadata: ["error": "\(error)"])
            }
            await leaseSignal.wait(atMost: min(options.leaseTime, .seconds(5)) / 3, by: options.time)
        }
    }

    private func dispatch() async {
        while !isDraining.withLock({ $0 }), !Task.isCancelled {
            var isMore = false
            do {
                isMore = try await assignReady() > 0
            } catch {
                logger.warning("ready jobs cannot be read", metadata: ["error": "\(error)"])
            }
            guard !isMore else { continue }
            let now = options.time.now
            let next = nextToken(after: now).map { max(.milliseconds(1), $0 - now) }
            await signal.wait(atMost: min(options.pollInterval, next ?? options.pollInterval), by: options.time)
        }
    }

    /// One round: returns how many jobs were assigned.
    package func assignReady() async throws -> Int {
        await drawTokens(at: options.time.now)
        let now = options.time.now
        let (sources, free) = openings(at: now)
        let room = min(free, options.attemptLimit - attempts.withLock { $0.count }, options.batchLimit)
        guard room > 0 else { return 0 }
        let mark = backlog.withLock { $0.count }
        let (jobs, isAll) = try await ready(sources: sources.sorted(), room: room)
        await admitter?.prepare(jobs)
        let matches = reserve(jobs, room: room, at: now)
        note(left: jobs, sources, isAll: isAll, since: mark)
        let works = matches.map(work)
        var assigned = 0
        for (match, result) in zip(matches, await gate.take(works)) where settle(match, result) { assigned += 1 }
        return assigned
    }

    /// What endpoints with free slots can do, and how many more jobs they take.
    private func openings(at now: ContinuousClock.Instant) -> (sources: Set<String>, free: Int) {
        owned.withLock { owned in
            var (sources, sum) = (Set<String>(), 0)
            for endpoint in owned.values {
                let free = endpoint.freeSlots(at: now)
                if free > 0 { sources.formUnion(endpoint.row.capabilities) }
                sum += free
            }
            return (sources, sum)
        }
    }

    /// Jobs that wait, in the order in which they get slots, at least those that come next; and whether these are all.
    private func ready(sources: [String], room: Int) async throws -> (jobs: [JobRow], isAll: Bool) {
        // Those whose assignment is being committed are in the table still.
        let known = owned.withLock { $0.values.reduce(0) { $0 + $1.running.count } }
        let limit = room + min(known, room)
        var jobs = try await store.readyJobs(sources: sources, limit: limit)
        let isAll = jobs.count < limit
        if !isAll {
            for source in sources { jobs += try await firstOfCommunities(source, room: room) }
            var seen: Set<JobKey> = []
            jobs = jobs.filter { seen.insert($0.key).inserted }
        }
        return (shares.withLock { $0.order(jobs) }, isAll)
    }

    /// The first jobs of some communities, with each look of the next ones: those that the first in the queue hide.
    private func firstOfCommunities(_ source: String, room: Int) async throws -> [JobRow] {
        let cursor = lookedAt.withLock { $0[source] }
        let jobs = try await store.readyJobs(
            source: source, after: cursor, communities: Self.communitiesInLook, each: min(room, 20))
        let isLast = Set(jobs.map(\.community)).count < Self.communitiesInLook
        lookedAt.withLock { $0[source] = isLast ? nil : jobs.last?.community }
        return jobs
    }

    /// Communities of a source that one look takes.
    static let communitiesInLook = 50

    /// Remembers for which sources jobs still wait after a look; one that saw all of them clears the others.
    private func note(left jobs: [JobRow], _ sources: Set<String>, isAll: Bool, since mark: Int) {
        // Those whose assignment is being committed are in the table still, and wait no more.
        let left = owned.withLock { owned in
            Set(jobs.filter { job in !owned.values.contains { $0.running[job.key] != nil } }.map(\.source))
        }
        backlog.withLock { backlog in
            if isAll { backlog.clear(sources.subtracting(left), since: mark) }
            for source in left { backlog.mark(source) }
        }
    }

    /// Takes a slot for each job that has an endpoint, before anything is committed: the limit holds at every moment.
    private func reserve(_ jobs: [JobRow], room: Int, at now: ContinuousClock.Instant) -> [Match] {
        let present = clock.now
        return owned.withLock { owned in
            var matches: [Match] = []
            for job in jobs where matches.count < room {
                guard !owned.values.contains(where: { $0.running[job.key] != nil }),
                    let endpoint = Matching.endpoint(
                        for: job, isUrgent: policy.isTimeSensitive(job.source), among: owned, at: now)
                else { continue }
                let admission = admitter?.admit(job, endpoint: endpoint.row, now: present) ?? .now([])
                owned[endpoint.row.name]?.take(job, at: now)
                shares.withLock { $0.gave(job) }
                matches.append(Match(job: job, endpoint: endpoint, admission: admission))
            }
            return matches
        }
    }

    private func work(_ match: Match) -> Work {
        let lease = match.endpoint.lease
        let kind: Work.Kind =
            switch match.admission {
            case .now(let limits): .assign(match.job, match.endpoint.row, lease, limits)
            case .later(let until, let limits, let reason):
                .limit(match.job, until: until, limits, reason: reason, lease)
            }
        return Work(post: match.job.key.post, kind: kind, actor: "dispatcher")
    }

    /// Starts the attempt of a committed assignment; frees the slot of one that did not come about.
    private func settle(_ match: Match, _ result: Result<WorkOutcome, any Error>) -> Bool {
        let key = match.job.key
        if case .success(.taken(let standing)) = result, case .now = match.admission,
            let memory = standing.instance.jobs[key.number], memory.phase == .assigned
        {
            confirm(key, at: match.endpoint.row.name)
            // An owner that slept may find its attempt begun by the next one.
            start(match.job.assigned(memory), at: match.endpoint, isResend: !isYoung(match.endpoint.lease))
            return true
        }
        if case .failure(let error as EngineError) = result, error.code == .staleLease {
            lose(match.endpoint.row.name)
        } else if case .failure(let error) = result {
            logger.warning("an assignment was not committed", metadata: ["job": "\(key)", "error": "\(error)"])
        }
        release(key)
        return false
    }

    func release(_ key: JobKey) {
        owned.withLock { owned in
            // A copy of the names: what the dictionary gives out of itself would make the change copy all jobs.
            for name in Array(owned.keys) { owned[name]?.release(key) }
        }
    }

    func confirm(_ key: JobKey, at endpoint: String) {
        let number = confirmations.withLock { count in
            count += 1
            return count
        }
        owned.withLock { $0[endpoint]?.running[key, default: Running()].number = number }
    }

    /// Whether a lease is this node's and was renewed recently enough to act on. A node that slept may have renewed what
    /// it has left, and lost this one.
    func isYoung(_ lease: Lease) -> Bool {
        let isRenewed = options.time.now - renewedAt.withLock { $0 } < options.leaseTime * 2 / 3
        return isRenewed && owned.withLock { $0[lease.endpoint]?.lease == lease }
    }
}
