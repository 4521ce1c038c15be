import JSONValue
import Logging
import Store
import Threads

extension Dispatcher {
    /// Renews what this node owns, takes what nobody owns, and lets go of what it has lost.
    package func refreshLeases() async throws { try await takeOver() }

    /// One short write, on its own so that nothing else can delay it past the lease. Returns what the database says is
    /// this node's.
    @discardableResult
    func renewLeases() async throws -> [Lease] {
        let began = options.time.now
        let known = owned.withLock { $0.mapValues(\.lease) }
        let leases = try await store.renewLeases(node: node, microseconds: options.leaseTime.microseconds)
        let held = Set(leases)
        renewedAt.withLock { $0 = began }
        // What was taken over while the database was asked is not in its answer, and not lost.
        owned.withLock { owned in
            owned = owned.filter { held.contains($0.value.lease) || known[$0.key] != $0.value.lease }
        }
        return leases
    }

    /// Takes endpoints without an owner, and reads again what those that are owned are and do. What an earlier pass took
    /// and then could not finish is the node's in the database and unknown here: it is made known now.
    func takeOver() async throws {
        clock.observe(try await store.heartbeat(node: node))
        let held = try await renewLeases()
        try await refreshHolds()
        let new = try await store.acquireLeases(node: node, microseconds: options.leaseTime.microseconds)
        let rows = Dictionary(uniqueKeysWithValues: try await store.endpointRows().map { ($0.name, $0) })
        for lease in held + new {
            guard let row = rows[lease.endpoint] else { continue }
            do {
                try await own(lease, row)
            } catch {
                logger.warning(
                    "an endpoint cannot be taken over now",
                    metadata: ["endpoint": "\(lease.endpoint)", "error": "\(error)"])
            }
        }
        wake()
    }

    /// Reads which endpoints are held. Holds on everything, stages and communities are judged by the claim itself.
    func refreshHolds() async throws {
        let table = HoldTable(try await store.holds(), endpoints: [])
        holds.withLock { $0 = table }
        obeyHolds()
    }

    private func obeyHolds() {
        owned.withLock { owned in
            let names = holds.withLock { $0.heldEndpoints }
            for name in Array(owned.keys) { owned[name]?.isHeld = names.contains(name) }
        }
    }

    /// Forgets an endpoint whose lease turned out to be gone: nothing more is assigned to it until it is owned again.
    func lose(_ endpoint: String) {
        owned.withLock { $0[endpoint] = nil }
        leaseSignal.raise()
    }

    private func own(_ lease: Lease, _ row: EndpointRow) async throws {
        let isKnown = owned.withLock { owned in
            guard owned[row.name]?.lease == lease else { return false }
            owned[row.name]?.row = row
            if owned[row.name]?.rate?.rate != row.rate { owned[row.name]?.rate = row.rate.map(RateMeter.init) }
            if owned[row.name]?.budget?.budget != row.budget {
                owned[row.name]?.budget = row.budget.map(BudgetMeter.init)
            }
            return true
        }
        guard !isKnown else {
            try await reconcile(row.name)
            return try await refreshBudget(row.name)
        }
        let running = try await runningKeys(row.name)
        try await admitter?.prepare(lease)
        let orphans = try await store.adoptStartingJobs(lease)
        let new = OwnedEndpoint(
            lease: lease, row: row,
            running: Dictionary(uniqueKeysWithValues: running.map { ($0, Running(number: 1)) }),
            breaker: Breaker(faultLimit: options.breakerFaults, pause: options.breakerPause),
            rate: row.rate.map(RateMeter.init), budget: row.budget.map(BudgetMeter.init),
            reconcileAt: options.time.now + Self.reconcilePause(running.count), origin: options.time.now)
        let assignee = new.assignee
        owned.withLock { $0[row.name] = new }
        obeyHolds()
        // What waits for it already is not known until somebody has looked.
        backlog.withLock { backlog in for source in row.capabilities { backlog.mark(source) } }
        let unsent = orphans.filter { job in attempts.withLock { $0[job.key] } == nil }
        if row.rate != nil { owned.withLock { $0[row.name]?.unsent.formUnion(unsent.map(\.key)) } }
        for job in unsent { start(job, at: assignee, isResend: true) }
        // After the running jobs.
        try await refreshBudget(row.name)
    }

    private func runningKeys(_ endpoint: String) async throws -> [JobKey] {
        let page = 10_000
        var keys: [JobKey] = []
        while true {
            let next = try await store.runningKeys(endpoint: endpoint, after: keys.last, limit: page)
            keys += next
            if next.count < page { return keys }
        }
    }

    /// In proportion to the jobs, so that comparing takes no larger share of the time however many there are.
    static func reconcilePause(_ count: Int) -> Duration { .microseconds(300 * count) }

    /// Frees slots of jobs that other nodes have ended: those that were confirmed before the table was read, do not run
    /// in it, and were not assigned anew meanwhile.
    private func reconcile(_ endpoint: String) async throws {
        let now = options.time.now
        let mark = confirmations.withLock { $0 }
        let isDue = owned.withLock { owned in
            guard let place = owned[endpoint], place.reconcileAt <= now, !place.running.isEmpty else { return false }
            owned[endpoint]?.reconcileAt = now + Self.reconcilePause(place.running.count)
            return true
        }
        guard isDue else { return }
        let present = Set(try await runningKeys(endpoint))
        let local = attempts.withLock { Set($0.keys) }
        let gone = owned.withLock { owned in
            (owned[endpoint]?.running ?? [:]).filter { key, job in
                job.number > 0 && job.number <= mark && !present.contains(key) && !local.contains(key)
            }
        }
        guard !gone.isEmpty else { return }
        // What they have cost is known before their reservations go.
        try await refreshBudget(endpoint, isDue: true)
        owned.withLock { owned in
            for (key, job) in gone where owned[endpoint]?.running[key]?.number == job.number {
                owned[endpoint]?.release(key)
            }
        }
    }
}
