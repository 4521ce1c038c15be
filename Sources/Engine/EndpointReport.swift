import JSONValue
import Store

/// An endpoint as people see it: its settings and load, what it has cost today, and why it takes nothing now.
package struct EndpointReport: Sendable, Hashable {
    /// Why nothing new is sent to an endpoint.
    package enum Reason: String, Sendable, Hashable, CaseIterable {
        case drained, held, full, rate
        case overBudget = "over_budget"
        case openBreaker = "open_breaker"
        case noOwner = "no_owner"
    }

    package let load: EndpointLoad
    /// What the day has cost, in microdollars.
    package let spent: Int64
    /// What the jobs that it has may cost; nil without a budget.
    package let reserved: Int64?
    /// What its owner knows; nil when that is not this node.
    package let standing: EndpointStanding?
    package let reasons: [Reason]
    /// When no reason stands any more; nil when nobody can know that.
    package let nextAt: Timestamp?

    /// Whether a job that comes now is sent to it. Nil: only its owner knows.
    package var takesWork: Bool? {
        if !reasons.isEmpty { return false }
        return standing == nil ? nil : true
    }

    /// `standing` is what this node knows as the owner, where it is that.
    init(
        _ load: EndpointLoad, _ spending: DaySpending, isHeld: Bool, standing: EndpointStanding?, at now: Timestamp
    ) {
        self.load = load
        let isOwned = load.leaseUntil.map { $0 > now } ?? false
        let known = isOwned && standing?.lease.epoch == load.epoch ? standing : nil
        self.standing = known
        let running = max(load.currentLoad, known?.running ?? 0)
        let budget = load.endpoint.budget
        let spent = spending.microdollars[load.endpoint.name] ?? 0
        self.spent = spent
        reserved = budget.map { $0.jobCost * Int64(running) }
        let left = budget.map { $0.perDay - spent - $0.jobCost }

        var reasons: [(Reason, Timestamp?)] = []
        if load.endpoint.isDrained { reasons.append((.drained, nil)) }
        if isHeld { reasons.append((.held, nil)) }
        if !isOwned { reasons.append((.noOwner, nil)) }
        if let known, known.isResting { reasons.append((.openBreaker, known.pausedUntil)) }
        if running >= load.endpoint.maxConcurrent { reasons.append((.full, nil)) }
        if let left, let reserved, left < reserved || known?.isSpent == true {
            reasons.append((.overBudget, left < 0 ? spending.dayEnds : nil))
        }
        if let next = known?.nextStart { reasons.append((.rate, next)) }
        self.reasons = reasons.map(\.0)
        let moments = reasons.compactMap(\.1)
        nextAt = moments.count == reasons.count ? moments.max() : nil
    }
}

extension Engine {
    /// The endpoints that this node owns now, by name.
    package var ownedEndpoints: [EndpointRow] {
        dispatcher.owned.withLock { $0.values.map(\.row) }.sorted { $0.name < $1.name }
    }

    /// All endpoints by name, those of other nodes too.
    package func endpointReports() async throws -> [EndpointReport] {
        async let spending = store.spending()
        async let holds = store.holds()
        let loads = try await store.endpoints()
        let held = try await holds.filter { $0.scope == .everything || $0.scope == .endpoint }
        let (today, known, now) = (try await spending, standings, clock.now)
        return loads.map { load in
            let name = load.endpoint.name
            return EndpointReport(
                load, today, isHeld: held.contains { $0.scope == .everything || $0.name == name },
                standing: known[name], at: now)
        }
    }
}
