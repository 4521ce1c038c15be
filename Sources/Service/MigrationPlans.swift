import ChartFormat
import ChartTools
import Crypto
import Engine
import JSONValue
import Pipeline
import Statechart

/// Migrations between the charts that this node has, from the texts of migration files.
struct MigrationPlans: MigrationSource {
    let charts: ChartRegistry

    func migration(_ parameters: JSONObject) async throws -> any InstanceMigration {
        guard let text = parameters["mapping"]?.string else {
            throw MigrationProblem("'mapping' is missing: the text of a migration file")
        }
        let isBack = parameters["back"]?.bool ?? false
        do {
            let ends = try MigrationReader.ends(text: text, file: "mapping")
            let old = try chart(ends.from)
            let new = try chart(ends.to)
            let migration = try MigrationReader.read(text: text, file: "mapping", from: old, to: new)
            let plans = try MigrationPlan.both(migration, from: old, to: new, file: "mapping")
            var plan = isBack ? plans.inverse : plans.forward
            plan.name = String(Digest.hex(Digest.sha256(text.utf8)).prefix(16)) + (isBack ? " back" : "")
            return plan
        } catch let diagnostics as ChartDiagnostics {
            throw MigrationProblem("the migration is refused: \(diagnostics)")
        }
    }

    private func chart(_ digest: String) throws(MigrationProblem) -> Chart {
        guard let entry = charts[digest] else {
            throw MigrationProblem(
                "this node does not have the chart \(digest.prefix(80)); it has "
                    + charts.digests.joined(separator: ", ") + ": start a node with that chart first")
        }
        return entry.interpreter.chart
    }
}
