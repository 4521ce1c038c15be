import Statechart

/// How instances of one version of a chart become instances of another, and back: what a migration file says.
package struct ChartMigration: Sendable {
    /// One direction.
    package struct Mapping: Sendable {
        /// Old paths to new ones. A path stands for everything below it that is not named itself.
        package var states: [String: String] = [:]
        /// New members of the context, each computed from the old context.
        package var context: [Assignment] = []
        /// Old members that have no place in the new context.
        package var drop: Set<String> = []
        package var timers: [String: Fate] = [:]
        package var invocations: [String: Fate] = [:]

        package init() {}
    }

    /// What becomes of a live timer or job. Those that are not named keep their names, or move with their states.
    package enum Fate: Sendable, Hashable {
        /// Goes on under another name, with the due time or the job number that it has.
        case moved(String)
        case cancelled
    }

    package var chart: String
    /// Digests of the two versions.
    package var from: String
    package var to: String
    package var forward: Mapping
    /// The way back as the file gives it; nil leaves it to be derived.
    package var inverse: Mapping?
    /// Where the file says what, for messages; keys are `states`, `context` and the like, and `key/name`.
    package var places: [String: SourcePosition]
}
