import JSONValue
import Logging
import Store
import Threads

extension Dispatcher {
    /// Renews what this node owns, takes what nobody owns, and lets go of what it has lost.
    package func refreshLeases() async throws {
        try await renewLeases()
        try await takeOver()
    }

    /// One short write, on its own so that nothing else can delay it past the lease.
    func renewLeases() async throws {
        let began = ContinuousClock.now
        let leases = try await store.renewLeases(node: node, microseconds: options.leaseTime.microseconds)
        let held = Set(leases)
        renewedAt.withLock { $0 = began }
        owned.withLock { owned in owned = owned.filter { held.contains($0.value.lease) } }
    }

    /// Takes endpoints without an owner, and reads again what those that are owned are and do.
    func takeOver() async throws {
        clock.observe(try await store.heartbeat(node: node))
        let lifetime = options.leaseTime.microseconds
        let new = try await store.acquireLeases(node: node, microseconds: lifetime)
        let rows = Dictionary(uniqueKeysWithValues: try await store.endpoints().map { ($0.endpoint.name, $0.endpoint) })
        for lease in owned.withLock({ $0.values.map(\.lease) }) + new {
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

    /// Forgets an endpoint whose lease turned out to be gone: nothing more is assigned to it until it is owned again.
    func lose(_ endpoint: String) {
        owned.withLock { $0[endpoint] = nil }
        leaseSignal.raise()
    }

    private func own(_ lease: Lease, _ row: EndpointRow) async throws {
        let running = try await store.runningJobs(endpoint: row.name)
        let isNew = owned.withLock { owned in
            guard owned[row.name]?.lease == lease else { return true }
            owned[row.name]?.row = row
            return false
        }
        guard isNew else { return reconcile(row.name, running) }
        try await admitter?.prepare(lease)
        let orphans = try await store.adoptStartingJobs(lease)
        let breaker = Breaker(faultLimit: options.breakerFaults, pause: options.breakerPause)
        let endpoint = OwnedEndpoint(lease: lease, row: row, running: Set(running.map(\.key)), breaker: breaker)
        owned.withLock { $0[row.name] = endpoint }
        for job in orphans where attempts.withLock({ $0[job.key] }) == nil {
            start(job, at: endpoint, isResend: true)
        }
    }

    /// Frees slots of jobs that other nodes have ended. Slots whose assignment is under way are not yet in the table and
    /// stay taken: an ended job is one that was here before and has no row any more.
    private func reconcile(_ endpoint: String, _ running: [JobRow]) {
        let present = Set(running.map(\.key))
        let local = attempts.withLock { Set($0.keys) }
        owned.withLock { owned in
            let known = owned[endpoint]?.settled ?? []
            let gone = known.subtracting(present).subtracting(local)
            owned[endpoint]?.running.subtract(gone)
            owned[endpoint]?.settled = present
        }
    }
}
