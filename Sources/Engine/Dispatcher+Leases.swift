import JSONValue
import Logging
import Store
import Threads

extension Dispatcher {
    /// Renews what this node owns, takes what nobody owns, and lets go of what it has lost.
    package func refreshLeases() async throws {
        let began = ContinuousClock.now
        clock.observe(try await store.heartbeat(node: node))
        let lifetime = options.leaseTime.microseconds
        var leases = try await store.renewLeases(node: node, microseconds: lifetime)
        leases += try await store.acquireLeases(node: node, microseconds: lifetime)
        renewedAt.withLock { $0 = began }
        let rows = Dictionary(uniqueKeysWithValues: try await store.endpoints().map { ($0.endpoint.name, $0.endpoint) })
        let held = Set(leases.map(\.endpoint))
        owned.withLock { owned in owned = owned.filter { held.contains($0.key) } }
        for lease in leases {
            guard let row = rows[lease.endpoint] else { continue }
            try await own(lease, row)
        }
        wake()
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
