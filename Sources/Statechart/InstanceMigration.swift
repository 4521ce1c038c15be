import JSONValue

/// A way from one version of a chart to another: pure, made once, applied to any number of instances.
package protocol InstanceMigration: Sendable {
    /// Digests of the two charts.
    var oldChart: String { get }
    var newChart: String { get }
    /// What names this way in histories: the digest of its text, and its direction.
    var name: String { get }
    /// Whether the way back restores every instance exactly.
    var isLossless: Bool { get }

    /// The instance on the new chart. Throws when it is in no state of the old chart, or its context does not come to
    /// fit.
    func migrate(_ snapshot: Snapshot, settings: JSON, now: Timestamp) throws(MigrationProblem) -> MigratedInstance
}

/// An instance on its new chart, and what the outside has to do for it. All of it is one change or none.
package struct MigratedInstance: Sendable, Hashable {
    /// What becomes of a timer or a job.
    package enum Step: Sendable, Hashable {
        case keepTimer(String)
        /// The row's name changes; its due time and occurrence stay.
        case moveTimer(from: String, to: String)
        case clearTimer(name: String, occurrence: Int)
        case setTimer(name: String, occurrence: Int, delay: Delay)
        case keepJob(Int)
        /// The invocation that the job's result will be heard by; number and attempts stay, so callbacks still count.
        case moveJob(Int, from: String, to: String)
        case cancelJob(Int, invocation: String)
        case startJob(StartJob)
    }

    package var snapshot: Snapshot
    package var steps: [Step]

    package init(snapshot: Snapshot, steps: [Step]) {
        self.snapshot = snapshot
        self.steps = steps
    }
}

/// Why an instance cannot be migrated.
package struct MigrationProblem: Error, Hashable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}
