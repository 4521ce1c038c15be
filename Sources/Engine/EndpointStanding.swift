import JSONValue
import Store

/// What the owner of an endpoint knows of it in its memory alone, at one moment.
package struct EndpointStanding: Sendable, Hashable {
    package let lease: Lease
    /// Jobs that it has, with those whose assignment is being committed.
    package let running: Int
    /// Faults in a row.
    package let faults: Int
    /// Nothing is sent to it before this moment.
    package let pausedUntil: Timestamp?
    /// It rests after its faults, or does with one job at a time until one ends well.
    package let isResting: Bool
    /// When its rate lets another attempt start; nil when it does now.
    package let nextStart: Timestamp?
    /// Whether its budget has no room for another job, as far as its owner knows.
    package let isSpent: Bool
    /// How long its jobs take, in seconds, by source: a mean that moves with each job, and fades.
    package let seconds: [String: Double]
}

extension Engine {
    /// The endpoints that this node owns, by name.
    package var standings: [String: EndpointStanding] {
        let (present, now) = (options.time.now, clock.now)
        return dispatcher.owned.withLock { owned in
            owned.mapValues { $0.standing(at: present) { now + ($0 - present) } }
        }
    }
}

extension OwnedEndpoint {
    /// `moment` says when an instant is by the database's clock.
    fileprivate func standing(
        at now: ContinuousClock.Instant, _ moment: (ContinuousClock.Instant) -> Timestamp
    ) -> EndpointStanding {
        let permitted = breaker.permits(at: now, of: row.maxConcurrent)
        return EndpointStanding(
            lease: lease, running: running.count, faults: breaker.faults,
            pausedUntil: permitted == 0 ? breaker.openUntil.flatMap { $0 > now ? moment($0) : nil } : nil,
            isResting: permitted < row.maxConcurrent && running.count >= permitted,
            nextStart: rate?.next(beside: unsent.count, after: now).map(moment),
            isSpent: budget.map { $0.room(beside: running.count) == 0 } ?? false,
            seconds: speed.seconds(at: now))
    }
}
