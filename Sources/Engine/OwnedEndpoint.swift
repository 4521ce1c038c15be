import Store

/// An endpoint that this node owns: its load lives here, in the owner's memory, so that no row is hot and the limit is
/// exact.
struct OwnedEndpoint: Sendable {
    var lease: Lease
    var row: EndpointRow
    /// Jobs that the endpoint has, each with the number of its confirmation, and those whose assignment is being
    /// committed, with 0. A job that is assigned again gets another number.
    var running: [JobKey: Int] = [:]
    var breaker: Breaker
    /// Whether a hold stands on it: like a drained one it finishes what it has.
    var isHeld = false
    /// When what runs is compared with the table again.
    var reconcileAt: ContinuousClock.Instant

    /// What an assignment needs to know. Never the whole: a copy that lives on makes the next change copy all jobs.
    var assignee: Assignee { Assignee(lease: lease, row: row) }

    /// How many more attempts may start now.
    func freeSlots(at now: ContinuousClock.Instant) -> Int {
        guard !row.isDrained, !isHeld else { return 0 }
        let permitted = breaker.permits(at: now, of: row.maxConcurrent)
        return max(0, permitted - running.count)
    }

    func canDo(_ source: String) -> Bool { row.capabilities.contains(source) }
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
    /// The endpoint for a job: the preferred one, among equals the least loaded, among those the first by name.
    static func endpoint(
        for job: JobRow, among owned: [String: OwnedEndpoint], at now: ContinuousClock.Instant
    ) -> Assignee? {
        owned.values
            .filter { $0.canDo(job.source) && $0.freeSlots(at: now) > 0 }
            .min { left, right in
                (-left.row.preference, left.load, left.row.name) < (-right.row.preference, right.load, right.row.name)
            }?.assignee
    }
}

extension OwnedEndpoint {
    /// Running jobs as a share of what the endpoint can hold.
    fileprivate var load: Double { Double(running.count) / Double(max(1, row.maxConcurrent)) }
}
