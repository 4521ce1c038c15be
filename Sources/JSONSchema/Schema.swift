import JSONValue

/// A compiled JSON Schema of the subset that this service uses: `type`, `enum`, `const`, `required`, `properties`,
/// `additionalProperties`, `items`, the bounds of arrays, numbers and strings, and `format: date-time`.
///
/// `title`, `description`, `default`, `$schema` and `$id` are notes and check nothing. Any other keyword is refused, so
/// that no schema promises what nobody checks. `anyOf`, `$defs` and `$ref` are known where ``init(recursive:)`` asks for
/// them: schemas that come from outside do without, so that checking a value takes time in its size alone.
package struct Schema: Sendable {
    /// What it was made from, as it goes out to an endpoint.
    package let source: JSON
    let rules: [SchemaRule]
    /// The schemas of `$defs`, by name; only a root has them.
    private var definitions: [String: Schema] = [:]

    /// Most violations that one validation reports.
    package static let violationLimit = 20

    package init(_ json: JSON) throws(SchemaError) {
        try self.init(json, at: "", depth: 0)
    }

    /// A schema of our own that describes a recursive form with `$defs`, `$ref` to them, and `anyOf`.
    package init(recursive json: JSON) throws(SchemaError) {
        try self.init(json, at: "", depth: 0, isRecursive: true)
        for (name, definition) in json["$defs"]?.object ?? [:] {
            let path = JSONPointer.child(JSONPointer.child("", "$defs"), name)
            definitions[name] = try Schema(definition, at: path, depth: 0, isRecursive: true)
        }
    }

    init(_ json: JSON, at path: String, depth: Int, isRecursive: Bool = false) throws(SchemaError) {
        guard depth <= 64 else { throw SchemaError(.tooDeep, at: path, "schemas are nested deeper than 64") }
        source = json
        var reader = SchemaReader(path: path, depth: depth, isRecursive: isRecursive)
        rules = try reader.rules(json)
    }

    /// What is wrong with a value: empty when it fits, at most ``violationLimit`` entries.
    package func validate(_ value: JSON) -> [Violation] {
        // Most values fit: that is found out without spelling out a place.
        if plainlyAccepts(value) { return [] }
        var found: [Violation] = []
        check(value, at: "", SchemaScope(definitions: definitions), into: &found)
        return found
    }

    package func accepts(_ value: JSON) -> Bool { validate(value).isEmpty }

    func plainlyAccepts(_ value: JSON) -> Bool { rules.allSatisfy { $0.plainlyAccepts(value) } }

    func check(_ value: JSON, at path: String, _ scope: SchemaScope, into found: inout [Violation]) {
        for rule in rules where found.count < Self.violationLimit {
            rule.check(value, at: path, scope, into: &found)
        }
    }
}

/// What `$ref` may name, and how many of them were followed without going into the value.
struct SchemaScope {
    let definitions: [String: Schema]
    private(set) var hops = 0

    init(definitions: [String: Schema]) { self.definitions = definitions }

    var isExhausted: Bool { hops > 32 }

    var following: SchemaScope {
        var scope = self
        scope.hops += 1
        return scope
    }

    /// One level further into the value.
    var within: SchemaScope { SchemaScope(definitions: definitions) }
}
