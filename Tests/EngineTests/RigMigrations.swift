import ChartFormat
import ChartTools
import Engine
import JSONValue
import Statechart

/// Two versions of the rig's chart in which nearly every name differs, and the ways between them.
struct RigMigrations: MigrationSource {
    static let newer = EngineRig.chart
        .replacing("working", with: "labouring").replacing("watching", with: "observing")
        .replacing("pokes", with: "touches").replacing("id: job\n", with: "id: task\n")
        .replacing("stage: triage", with: "stage: sorting")

    private static let mapping = """
        migration: 1
        chart: rig
        from: FROM
        to: TO
        states: {working: labouring, watching: observing}
        context: {touches: context.pokes}
        invocations: {job: task}
        """

    let old: Chart
    let new: Chart
    let forward: MigrationPlan
    let inverse: MigrationPlan

    init() throws {
        old = try EngineRig.read(EngineRig.chart)
        new = try EngineRig.read(Self.newer)
        let text = Self.mapping.replacing("FROM", with: old.digest).replacing("TO", with: new.digest)
        let migration = try MigrationReader.read(text: text, file: "rig-2.yaml", from: old, to: new)
        (forward, inverse) = try MigrationPlan.both(migration, from: old, to: new, file: "rig-2.yaml")
    }

    func migration(_ parameters: JSONObject) async throws -> any InstanceMigration {
        parameters["back"] == true ? inverse : forward
    }
}
