import JSONValue

/// A compiled JSON Schema of the subset that this service uses: `type`, `enum`, `const`, `required`, `properties`,
/// `additionalProperties`, `items`, the bounds of arrays, numbers and strings, and `format: date-time`.
///
/// `title`, `description`, `default`, `$schema` and `$id` are notes and check nothing. Any other keyword is refused, so
/// that no schema promises what nobody checks.
package struct Schema: Sendable {
    /// What it was made from, as it goes out to an endpoint.
    package let source: JSON
    let rules: [SchemaRule]

    /// Most violations that one validation reports.
    package static let violationLimit = 20

    package init(_ json: JSON) throws(SchemaError) {
        try self.init(json, at: "", depth: 0)
    }

    init(_ json: JSON, at path: String, depth: Int) throws(SchemaError) {
        guard depth <= 64 else { throw SchemaError(.tooDeep, at: path, "schemas are nested deeper than 64") }
        source = json
        var reader = SchemaReader(path: path, depth: depth)
        rules = try reader.rules(json)
    }

    /// What is wrong with a value: empty when it fits, at most ``violationLimit`` entries.
    package func validate(_ value: JSON) -> [Violation] {
        var found: [Violation] = []
        check(value, at: "", into: &found)
        return found
    }

    package func accepts(_ value: JSON) -> Bool { validate(value).isEmpty }

    func check(_ value: JSON, at path: String, into found: inout [Violation]) {
        for rule in rules where found.count < Self.violationLimit {
            rule.check(value, at: path, into: &found)
        }
    }
}
