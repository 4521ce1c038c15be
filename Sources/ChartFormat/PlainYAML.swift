import JSONValue

/// YAML or JSON that is no chart, such as a file of settings: read by the same rules (no anchors, merges and tags, no
/// key twice), and told of with the same places.
package enum PlainYAML {
    package static func read(_ text: String, file: String) throws(ChartDiagnostics) -> JSON {
        do throws(ChartNodeReader.Problem) {
            return try ChartNodeReader.read(text).json
        } catch {
            throw ChartDiagnostics([
                ChartDiagnostic(file: file, position: error.position, code: error.code, message: error.message)
            ])
        }
    }
}
