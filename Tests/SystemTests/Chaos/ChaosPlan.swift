import Foundation

/// What a run of chaos is told: `CHAOS_MINUTES`, `CHAOS_SEED`, `CHAOS_RATE`.
struct ChaosPlan: Sendable {
    /// For how long new faults begin; every kind of fault comes once in any case.
    let duration: Duration
    let seed: UInt64
    /// Posts a second.
    let rate: Double
    let nodes = 3
    /// How long a node owns an endpoint without renewing: short, so that a frozen one loses it soon.
    let lease = Duration.seconds(2)
    /// What every fault may take until no post takes longer than usual any more.
    let recoveryLimit = Duration.seconds(60)

    static let given = ChaosPlan(ProcessInfo.processInfo.environment)

    private init(_ environment: [String: String]) {
        duration = .seconds((environment["CHAOS_MINUTES"].flatMap(Double.init) ?? 0) * 60)
        seed = environment["CHAOS_SEED"].flatMap { UInt64($0) } ?? 20_261_126
        rate = environment["CHAOS_RATE"].flatMap(Double.init) ?? 3
    }

    /// What a suite may take: the faults, and then the drain and the audit of everything.
    var limitInMinutes: Int { Int(duration / .seconds(60)) * 2 + 10 }
}
