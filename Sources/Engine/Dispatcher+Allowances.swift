import Logging
import Store
import Threads

/// Rates and budgets of endpoints: what their owner draws and reads.
extension Dispatcher {
    /// Draws tokens for endpoints that somebody waits for, before any of them is used.
    func drawTokens(at now: ContinuousClock.Instant) async {
        let draws = owned.withLock { owned in
            owned.values.sorted { $0.row.name < $1.row.name }.compactMap { endpoint -> (Lease, Duration)? in
                guard isWanted(endpoint, at: now) else { return nil }
                return endpoint.rate?.draw(beside: endpoint.unsent.count, at: now).map { (endpoint.lease, $0) }
            }
        }
        for (lease, length) in draws { await draw(length, under: lease) }
    }

    /// One small write under the lease. Whether it counted shows in the endpoint's tokens.
    private func draw(_ length: Duration, under lease: Lease) async {
        let began = options.time.now
        do {
            let before = try await store.drawTokens(lease, microseconds: length.microseconds)
            let ended = options.time.now
            owned.withLock { owned in
                guard owned[lease.endpoint]?.lease == lease else { return }
                owned[lease.endpoint]?.rate?.drew(length, before: .microseconds(before), began: began, ended: ended)
            }
        } catch let error as StoreError where error.code == .staleLease {
            lose(lease.endpoint)
        } catch {
            logger.warning(
                "tokens of a rate cannot be drawn", metadata: ["endpoint": "\(lease.endpoint)", "error": "\(error)"])
            try? await options.time.sleep(for: .milliseconds(200))
        }
    }

    /// Whether a token would be used now.
    private func isWanted(_ endpoint: OwnedEndpoint, at now: ContinuousClock.Instant) -> Bool {
        guard endpoint.slotsBesideRate(at: now) > 0 else { return false }
        return backlog.withLock { backlog in endpoint.row.capabilities.contains { backlog.holds($0) } }
    }

    /// When the next token of an endpoint that somebody waits for is due: then is the time for the next look.
    func nextToken(after now: ContinuousClock.Instant) -> ContinuousClock.Instant? {
        owned.withLock { owned in
            owned.values.compactMap { isWanted($0, at: now) ? $0.rate?.next(after: now) : nil }.min()
        }
    }

    /// Waits until an attempt may be sent: at once without a rate, else with a token of that very moment, however long
    /// its commit took. False when it must not be sent from here: the endpoint is another's, who sends it again.
    func pace(_ assignment: Assignment) async -> Bool {
        guard assignment.endpoint.rate != nil else { return true }
        let (key, name) = (assignment.job.key, assignment.endpoint.name)
        while !Task.isCancelled {
            let now = options.time.now
            let (pace, lease) = owned.withLock { owned -> (OwnedEndpoint.Pace?, Lease?) in
                guard let lease = owned[name]?.lease else {
                    // Under this lock: who owns it next sees that nothing runs here.
                    attempts.withLock { if $0[key]?.job.attempt == assignment.job.attempt { $0[key] = nil } }
                    return (nil, nil)
                }
                return (owned[name]?.pace(key, at: now), lease)
            }
            switch pace {
            case nil: return false
            case .go:
                // Others may have waited for this one to take its token.
                wake()
                return true
            case .wait(let moment):
                // Not for all of it: the rate may be changed meanwhile.
                try? await options.time.sleep(for: min(max(.milliseconds(1), moment - now), .seconds(1)))
            case .draw(let length): if let lease { await draw(length, under: lease) }
            }
        }
        return false
    }

    /// Reads what an endpoint with a budget has cost, when that `isDue` or was not read for a while. Whoever counts on
    /// what it finds has read the running jobs before: see ``BudgetMeter``.
    func refreshBudget(_ endpoint: String, isDue: Bool = false) async throws {
        let now = options.time.now
        let state = owned.withLock { owned -> (lease: Lease, budget: BudgetMeter)? in
            guard let place = owned[endpoint], let budget = place.budget, isDue || budget.isOld(at: now) else {
                return nil
            }
            return (place.lease, budget)
        }
        guard let state else { return }
        let spending = try await store.spending(of: endpoint)
        let ended = options.time.now
        owned.withLock { owned in
            // Another lease or other settings have another meter, which is read by itself.
            guard owned[endpoint]?.lease == state.lease, owned[endpoint]?.budget?.budget == state.budget.budget else {
                return
            }
            owned[endpoint]?.budget?.read(spending, since: state.budget.added, at: ended)
        }
    }

    /// What commits of this node have cost, before the jobs' reservations go.
    func count(_ costs: [CostRow]) {
        guard !costs.isEmpty else { return }
        owned.withLock { owned in
            for cost in costs { owned[cost.endpoint]?.budget?.add(cost.microdollars) }
        }
    }
}
