import Store

/// What an endpoint may still cost today, as its owner knows it: what is spent, and what running jobs may cost.
///
/// Never too generous: the jobs that run are read before the sum of costs, so one that ends between the two is in both;
/// a cost that this node commits is added before the job's reservation goes; and one that another node committed is in
/// the sum that is read after the job was seen to be gone.
struct BudgetMeter: Sendable, Hashable {
    let budget: EndpointBudget
    private var spent: Int64 = 0
    /// Costs that commits of this node have added, ever.
    private(set) var added: Int64 = 0
    /// Nil before the first reading: nothing may start until then.
    private var dayEnds: ContinuousClock.Instant?
    private var readAt: ContinuousClock.Instant?

    init(_ budget: EndpointBudget) { self.budget = budget }

    /// Jobs that may start beside those that run.
    func room(beside running: Int) -> Int {
        guard readAt != nil else { return 0 }
        let left = budget.perDay - spent - Int64(running) * budget.jobCost
        return left <= 0 ? 0 : Int(left / budget.jobCost)
    }

    mutating func add(_ microdollars: Int64) {
        spent += microdollars
        added += microdollars
    }

    /// Whether the sum should be read again: the day is over, or it was not read for a while.
    func isOld(at now: ContinuousClock.Instant) -> Bool {
        guard let dayEnds, let readAt else { return true }
        return now >= dayEnds || now >= readAt + .seconds(30)
    }

    /// A reading that ended at `now`; what was added since `mark` may be in it, and counts twice until the next.
    mutating func read(_ spending: EndpointSpending, since mark: Int64, at now: ContinuousClock.Instant) {
        spent = spending.microdollars + (added - mark)
        dayEnds = now + .microseconds(spending.dayLeft)
        readAt = now
    }
}
