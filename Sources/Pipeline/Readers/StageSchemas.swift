import Assets
import JSONSchema
import JSONValue

/// The schemas that the binary carries, by name.
package enum StageSchemas {
    private static let all: [String: Schema] = load()

    /// A schema by the name of its file in `schemas/`, without `.schema.json`.
    package static func named(_ name: String) -> Schema? { all[name] }

    package static func output(of source: JobSource) -> Schema { required(source.outputSchemaName) }
    package static func result(of source: JobSource) -> Schema { required(source.resultSchemaName) }

    private static func required(_ name: String) -> Schema {
        guard let schema = all[name] else { preconditionFailure("the binary carries schemas/\(name).schema.json") }
        return schema
    }

    private static func load() -> [String: Schema] {
        var schemas: [String: Schema] = [:]
        // The schema of the chart format is for editors, and recursive.
        for asset in Asset.under("schemas")
        where asset.name.hasSuffix(".schema.json") && !asset.name.hasPrefix("chart-") {
            guard let json = try? JSON.parse(asset.bytes), let schema = try? Schema(json) else {
                preconditionFailure("\(asset.path) is a schema of our subset; a test reads it")
            }
            schemas[String(asset.name.dropLast(".schema.json".count))] = schema
        }
        return schemas
    }
}
