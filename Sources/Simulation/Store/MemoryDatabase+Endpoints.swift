import JSONValue
import Store

extension MemoryDatabase {
    /// Throws `staleLease` unless the lease is still held.
    func check(_ lease: Lease, at now: Timestamp) throws {
        guard holds(lease, at: now) else {
            throw StoreError(
                .staleLease, subject: lease.endpoint, "\(lease.node) no longer holds the lease of \(lease.endpoint)")
        }
    }

    package func holds(_ lease: Lease, at now: Timestamp) -> Bool {
        endpoints.contains { endpoint in
            endpoint.row.name == lease.endpoint && endpoint.owner == lease.node && endpoint.epoch == lease.epoch
                && (endpoint.leaseUntil.map { $0 > now } ?? false)
        }
    }

    mutating func acquireLeases(node: String, microseconds: Int64, at now: Timestamp) -> [Lease] {
        var leases: [Lease] = []
        for index in endpoints.indices where endpoints[index].leaseUntil.map({ $0 <= now }) ?? true {
            endpoints[index].owner = node
            endpoints[index].epoch += 1
            endpoints[index].leaseUntil = now.after(microseconds)
            leases.append(Lease(endpoint: endpoints[index].row.name, node: node, epoch: endpoints[index].epoch))
        }
        return leases
    }

    mutating func renewLeases(node: String, microseconds: Int64, at now: Timestamp) -> [Lease] {
        var leases: [Lease] = []
        for index in endpoints.indices where endpoints[index].owner == node {
            guard let until = endpoints[index].leaseUntil, until > now else { continue }
            endpoints[index].leaseUntil = now.after(microseconds)
            leases.append(Lease(endpoint: endpoints[index].row.name, node: node, epoch: endpoints[index].epoch))
        }
        return leases
    }

    mutating func releaseLeases(node: String) {
        for index in endpoints.indices where endpoints[index].owner == node {
            endpoints[index].owner = nil
            endpoints[index].leaseUntil = nil
        }
    }

    mutating func adoptStartingJobs(_ lease: Lease, at now: Timestamp) throws -> [JobRow] {
        try check(lease, at: now)
        var adopted: [JobRow] = []
        for job in runningJobs(endpoint: lease.endpoint) where job.phase == .starting && job.epoch != lease.epoch {
            var moved = job
            moved.epoch = lease.epoch
            posts[job.key.post]?.jobs[job.key.number] = moved
            adopted.append(moved)
        }
        return adopted
    }

    mutating func drawTokens(_ lease: Lease, microseconds: Int64, at now: Timestamp) throws -> Int64 {
        try check(lease, at: now)
        let key = EndpointRate.key(of: lease.endpoint)
        let ahead = limits[key].map { $0.microseconds - now.microseconds } ?? 0
        let target = now.after(microseconds)
        limits[key] = max(limits[key] ?? target, target)
        return ahead
    }

    package func spending(of endpoint: String, at now: Timestamp) -> EndpointSpending {
        let day: Int64 = 86_400_000_000
        let since = now.microseconds - now.microseconds % day
        let sum = costs.filter { $0.row.endpoint == endpoint && $0.at.microseconds >= since }
            .reduce(0) { $0 + $1.row.microdollars }
        return EndpointSpending(microdollars: sum, dayLeft: since + day - now.microseconds)
    }

    func spending(at now: Timestamp) -> DaySpending {
        let day: Int64 = 86_400_000_000
        let since = now.microseconds - now.microseconds % day
        let costs = costs.filter { $0.at.microseconds >= since }.map(\.row)
        return DaySpending(
            microdollars: Dictionary(costs.map { ($0.endpoint, $0.microdollars) }, uniquingKeysWith: +),
            dayEnds: Timestamp(microseconds: since + day))
    }

    mutating func reconcileEndpoints(_ rows: [EndpointRow]) {
        let known = Dictionary(endpoints.map { ($0.row.name, $0) }) { first, _ in first }
        let new = rows.map { row -> Endpoint in
            guard var endpoint = known[row.name] else { return Endpoint(row: row) }
            let isDrained = endpoint.row.isDrained
            endpoint.row = row
            endpoint.row.isDrained = isDrained
            return endpoint
        }
        endpoints = new.sorted { $0.row.name < $1.row.name }
    }

    mutating func setDrained(_ isDrained: Bool, endpoint: String) -> Bool {
        guard let index = endpoints.firstIndex(where: { $0.row.name == endpoint }) else { return false }
        endpoints[index].row.isDrained = isDrained
        return true
    }

    mutating func set(maxConcurrent: Int?, preference: Int?, endpoint: String) -> Bool {
        guard let index = endpoints.firstIndex(where: { $0.row.name == endpoint }) else { return false }
        endpoints[index].row.maxConcurrent = maxConcurrent ?? endpoints[index].row.maxConcurrent
        endpoints[index].row.preference = preference ?? endpoints[index].row.preference
        return true
    }

    package var loads: [EndpointLoad] {
        endpoints.map { endpoint in
            EndpointLoad(
                endpoint: endpoint.row, currentLoad: runningJobs(endpoint: endpoint.row.name).count,
                owner: endpoint.owner, epoch: endpoint.epoch, leaseUntil: endpoint.leaseUntil)
        }
    }
}
