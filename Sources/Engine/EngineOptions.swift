import Threads

/// The engine's own limits and intervals.
package struct EngineOptions: Sendable {
    /// Lanes with a writer connection each: two on two cores.
    package var lanes = 2
    /// Events of one lane that may wait; beyond, senders are told to come again.
    package var laneLimit = 10_000
    /// Posts in one transaction.
    package var batchLimit = 500
    /// The safety net under every wake-up.
    package var pollInterval: Duration = .seconds(1)
    /// How long a node owns an endpoint without renewing it.
    package var leaseTime: Duration = .seconds(5)
    /// Consecutive faults that open an endpoint's breaker, and for how long at first.
    package var breakerFaults = 3
    package var breakerPause: Duration = .seconds(2)
    /// Attempts of one node that may be under way.
    package var attemptLimit = 2_000
    /// The clock that intervals, leases and pauses run by; a simulation puts its own here.
    package var time = TimeSource.system

    /// Posts that an operation on many works on in a second, at most.
    package var operationRate = 1_000
    /// How long an operation's owner may say nothing before another node goes on with it.
    package var operationLease: Duration = .seconds(30)

    /// Whether a job that begins to wait beside a free endpoint is assigned by the same commit.
    package var assignsAtOnce = true
    /// Posts that each lane remembers, twice: see ``InstanceCache``.
    package var cacheLimit = 1_500

    package init() {}
}
