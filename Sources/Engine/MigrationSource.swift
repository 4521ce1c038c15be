import JSONValue
import Statechart

/// Makes the way between two charts from an operation's parameters.
package protocol MigrationSource: Sendable {
    /// Throws ``MigrationProblem`` when the parameters give none, or a chart is missing here.
    func migration(_ parameters: JSONObject) async throws -> any InstanceMigration
}

/// For engines that migrate nothing.
package struct NoMigrations: MigrationSource {
    package init() {}

    package func migration(_ parameters: JSONObject) async throws -> any InstanceMigration {
        throw MigrationProblem("this service cannot migrate charts")
    }
}
