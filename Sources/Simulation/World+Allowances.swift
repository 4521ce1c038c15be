import JSONValue
import Store

/// Rates and budgets: what endpoints are promised, counted by those who are to be spared.
extension World {
    /// No time of a rate's length sees more starts than it allows, whoever owned the endpoint.
    func judgeRate(_ endpoint: EndpointRow) {
        // A clock that is set makes former owners' tokens look paid for.
        guard let rate = endpoint.rate, !plan.clockJumps else { return }
        tally[.rates] += 1
        var starts = laws.starts[endpoint.name] ?? []
        starts.append(now)
        laws.starts[endpoint.name] = starts
        guard starts.count > rate.count else { return }
        let span = now - starts[starts.count - 1 - rate.count]
        if span < rate.microseconds {
            fail("rates", "\(endpoint.name) saw \(rate.count + 1) starts within \(span) of \(rate.microseconds) µs")
        }
        if span < rate.microseconds * 3 / 2 { tally[.ratesFull] += 1 }
    }

    /// What was spent today and what running jobs may cost stay within the budget, whoever commits.
    func judgeBudgets(at: Timestamp) {
        guard !plan.clockJumps else { return }
        for load in database.loads {
            guard let budget = load.endpoint.budget else { continue }
            let spent = database.spending(of: load.endpoint.name, at: at).microdollars
            let reserved = Int64(load.currentLoad) * budget.jobCost
            tally[.budgets] += 1
            if spent + reserved + budget.jobCost > budget.perDay { tally[.budgetsSpent] += 1 }
            if now > Int64(plan.midnightSeconds) * 1_000_000 { tally[.budgetDays] += 1 }
            guard spent + reserved > budget.perDay else { continue }
            fail("budgets", "\(load.endpoint.name) has cost \(spent) and may cost \(reserved), of \(budget.perDay)")
        }
    }
}
