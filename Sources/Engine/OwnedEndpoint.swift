import Store

/// An endpoint that this node owns: its load lives here, in the owner's memory, so that no row is hot and the limit is
/// exact.
struct OwnedEndpoint: Sendable {
    var lease: Lease
    var row: EndpointRow
    /// Jobs that the endpoint has, and those whose assignment is being committed.
    var running: [JobKey: Running] = [:]
    var breaker: Breaker
    /// Nil: it has no rate, or no budget.
    var rate: RateMeter?
    var budget: BudgetMeter?
    var speed = SpeedMeter()
    /// Jobs that are to be sent, or sent again after a former owner, and have no token of the rate yet.
    var unsent: Set<JobKey> = []
    /// Whether a hold stands on it: like a drained one it finishes what it has.
    var isHeld = false
    /// When what runs is compared with the table again.
    var reconcileAt: ContinuousClock.Instant
    /// What the moments of ``running`` are counted from.
    let origin: ContinuousClock.Instant
    /// Sources of jobs that it was given, which ``running`` names by their places.
    private var sources: [String] = []

    init(
        lease: Lease, row: EndpointRow, running: [JobKey: Running] = [:], breaker: Breaker, rate: RateMeter? = nil,
        budget: BudgetMeter? = nil, reconcileAt: ContinuousClock.Instant, origin: ContinuousClock.Instant
    ) {
        self.lease = lease
        self.row = row
        self.running = running
        self.breaker = breaker
        self.rate = rate
        self.budget = budget
        self.reconcileAt = reconcileAt
        self.origin = origin
    }

    /// What an assignment needs to know. Never the whole: a copy that lives on makes the next change copy all jobs.
    var assignee: Assignee { Assignee(lease: lease, row: row) }

    /// How many more attempts may start now.
    func freeSlots(at now: ContinuousClock.Instant) -> Int {
        let slots = slotsBesideRate(at: now)
        guard slots > 0, let rate else { return slots }
        return min(slots, max(0, rate.tokens(at: now) - unsent.count))
    }

    /// How many more could start if it had no rate.
    func slotsBesideRate(at now: ContinuousClock.Instant) -> Int {
        guard !row.isDrained, !isHeld else { return 0 }
        let permitted = breaker.permits(at: now, of: row.maxConcurrent)
        let slots = max(0, permitted - running.count)
        return min(slots, budget?.room(beside: running.count) ?? slots)
    }

    /// Whether it could take a job if tokens were drawn, which a look at what waits does.
    func wantsTokens(at now: ContinuousClock.Instant) -> Bool {
        slotsBesideRate(at: now) > 0 && rate?.draw(beside: unsent.count, at: now) != nil
    }

    /// A job gets a slot, before its assignment is committed. Its token is taken when it is sent.
    mutating func take(_ job: JobRow, at now: ContinuousClock.Instant) {
        running[job.key] = Running(source: place(of: job.source), since: now - origin)
        if rate != nil { unsent.insert(job.key) }
    }

    mutating func release(_ key: JobKey) {
        running[key] = nil
        unsent.remove(key)
    }

    /// What stands between a job and its being sent.
    enum Pace { case go, draw(Duration), wait(until: ContinuousClock.Instant) }

    /// Takes the token of a job that is sent now, where there is one.
    mutating func pace(_ key: JobKey, at now: ContinuousClock.Instant) -> Pace {
        guard let rate, rate.tokens(at: now) == 0 else {
            self.rate?.take(at: now)
            unsent.remove(key)
            return .go
        }
        if let length = rate.draw(beside: 0, at: now) { return .draw(length) }
        return .wait(until: rate.next(after: now) ?? now)
    }

    /// One that has ended with a result: how long it took.
    mutating func measure(_ key: JobKey, at now: ContinuousClock.Instant) {
        guard let start = running[key]?.start, sources.indices.contains(start.source) else { return }
        speed.note(sources[start.source], took: now - origin - start.since, at: now)
    }

    private mutating func place(of source: String) -> Int {
        if let place = sources.firstIndex(of: source) { return place }
        sources.append(source)
        return sources.count - 1
    }

    func canDo(_ source: String) -> Bool { row.capabilities.contains(source) }
}

/// A job that an endpoint has, as its owner knows it: in sixteen bytes, because an endpoint may have a million.
struct Running: Sendable {
    /// Of the job's confirmation: 0 while its assignment is being committed. A job that is assigned again gets another.
    var number = 0
    /// Microseconds since the endpoint's origin in the upper bits, one more than the place of the source in the lowest
    /// eight: 0 when another owner assigned it, or where the place does not fit.
    private var packed: Int64 = 0

    init(number: Int = 0) { self.number = number }

    /// A job that is assigned now: so long after the endpoint's origin.
    init(source: Int, since: Duration) {
        if source < 255 { packed = since.microseconds << 8 | Int64(source + 1) }
    }

    /// When it was assigned, to the microsecond, and the place of its source; nil when another owner did that.
    var start: (source: Int, since: Duration)? {
        let place = Int(packed & 255)
        return place == 0 ? nil : (place - 1, .microseconds(packed >> 8))
    }
}

/// An endpoint to which a job goes, under the lease of the moment when it was chosen.
struct Assignee: Sendable {
    let lease: Lease
    let row: EndpointRow
}

/// A job chosen for an endpoint.
struct Match: Sendable {
    let job: JobRow
    let endpoint: Assignee
    let admission: Admission
}

/// Meets free capacity with ready jobs. Pure: who goes where follows from the arguments alone.
enum Matching {
    /// The endpoint for a job: the preferred one, among equals the fastest where that matters (`isUrgent`), then the
    /// least loaded, among those the first by name.
    static func endpoint(
        for job: JobRow, isUrgent: Bool, among owned: [String: OwnedEndpoint], at now: ContinuousClock.Instant
    ) -> Assignee? {
        owned.values
            .filter { $0.canDo(job.source) && $0.freeSlots(at: now) > 0 }
            .map { (-$0.row.preference, isUrgent ? $0.speed.rank(job.source, at: now) : 0, $0.load, $0.row.name, $0) }
            .min { ($0.0, $0.1, $0.2, $0.3) < ($1.0, $1.1, $1.2, $1.3) }?.4.assignee
    }
}

extension OwnedEndpoint {
    /// Running jobs as a share of what the endpoint can hold.
    fileprivate var load: Double { Double(running.count) / Double(max(1, row.maxConcurrent)) }
}
