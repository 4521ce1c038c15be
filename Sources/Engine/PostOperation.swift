import JSONValue
import Statechart

/// What operators do to a post beside its chart: a write of that post like any other, with a row in its history.
package enum PostOperation: Sendable {
    /// Its waiting jobs, and those that come to wait, are not offered until it is released. What runs goes on; timers too.
    case hold(reason: String)
    case release(reason: String)
    case prioritise(PriorityChange)
    /// To another chart. A post that is on neither chart of the migration is left alone.
    case migrate(any InstanceMigration)

    /// What history rows name as the origin.
    static let origin = "operator"
    /// The event of a migration's row.
    static let migration = "migrate"
}

/// Another priority, for the post and its jobs.
package enum PriorityChange: Sendable, Hashable {
    case set(Int)
    case add(Int)

    /// Kept far from where arithmetic ends.
    package static let range = -1_000_000_000...1_000_000_000

    func applied(to priority: Int) -> Int {
        let value =
            switch self {
            case .set(let value): value
            case .add(let value): priority.addingReportingOverflow(value).partialValue
            }
        return min(max(value, Self.range.lowerBound), Self.range.upperBound)
    }
}
