import JSONValue

/// Reads one schema object into rules; refuses what it does not know, by name and place.
struct SchemaReader {
    let path: String
    let depth: Int
    let isRecursive: Bool
    private var found: [SchemaRule] = []

    init(path: String, depth: Int, isRecursive: Bool) {
        self.path = path
        self.depth = depth
        self.isRecursive = isRecursive
    }

    private static let notes: Set = ["title", "description", "default", "$schema", "$id"]
    private static let types: Set = ["null", "boolean", "integer", "number", "string", "array", "object"]

    mutating func rules(_ json: JSON) throws(SchemaError) -> [SchemaRule] {
        if let isOpen = json.bool { return isOpen ? [] : [.never] }
        guard let object = json.object else {
            throw SchemaError(.badKeyword, at: path, "a schema is an object, not \(json.typeName)")
        }
        for (key, value) in object where !Self.notes.contains(key) && !(isRecursive && key == "$defs") {
            found.append(try rule(key, value, in: object))
        }
        return found
    }

    private func rule(_ key: String, _ value: JSON, in object: JSONObject) throws(SchemaError) -> SchemaRule {
        switch key {
        case "type": .types(try typeNames(value))
        case "enum": .oneOf(try choices(value))
        case "const": .oneOf([value])
        case "required": .required(try names(value, key))
        case "properties": .properties(try members(value))
        case "additionalProperties": try additional(value, in: object)
        case "items": .items(try nested(value, at: place(key)))
        case "format": try format(value)
        case "anyOf" where isRecursive: .anyOf(try alternatives(value))
        case "$ref" where isRecursive: .reference(try definition(value))
        default: try bound(key, value)
        }
    }

    private func alternatives(_ value: JSON) throws(SchemaError) -> [Schema] {
        guard let elements = value.array, !elements.isEmpty else { throw bad("anyOf", "expected a list of schemas") }
        var schemas: [Schema] = []
        for (index, element) in elements.enumerated() {
            schemas.append(try nested(element, at: JSONPointer.child(place("anyOf"), index)))
        }
        return schemas
    }

    private func definition(_ value: JSON) throws(SchemaError) -> String {
        guard let text = value.string, text.hasPrefix("#/$defs/") else {
            throw bad("$ref", "expected '#/$defs/' and a name")
        }
        return String(text.dropFirst("#/$defs/".count))
    }

    private func bound(_ key: String, _ value: JSON) throws(SchemaError) -> SchemaRule {
        switch key {
        case "minItems": .count(least: try size(value, key), most: nil)
        case "maxItems": .count(least: nil, most: try size(value, key))
        case "minLength": .length(least: try size(value, key), most: nil)
        case "maxLength": .length(least: nil, most: try size(value, key))
        case "minimum": .least(try number(value, key), isExclusive: false)
        case "exclusiveMinimum": .least(try number(value, key), isExclusive: true)
        case "maximum": .most(try number(value, key), isExclusive: false)
        case "exclusiveMaximum": .most(try number(value, key), isExclusive: true)
        default: throw SchemaError(.unknownKeyword, at: path, "the keyword '\(key.prefix(80))' is not supported")
        }
    }

    private func place(_ key: String) -> String { JSONPointer.child(path, key) }

    private func bad(_ key: String, _ message: String) -> SchemaError {
        SchemaError(.badKeyword, at: place(key), message)
    }

    private func nested(_ value: JSON, at path: String) throws(SchemaError) -> Schema {
        try Schema(value, at: path, depth: depth + 1, isRecursive: isRecursive)
    }

    private func typeNames(_ value: JSON) throws(SchemaError) -> [String] {
        let names = if let name = value.string { [name] } else { try names(value, "type") }
        guard !names.isEmpty else { throw bad("type", "at least one type is needed") }
        guard let unknown = names.first(where: { !Self.types.contains($0) }) else { return names }
        throw bad("type", "'\(unknown.prefix(80))' is not a type")
    }

    private func choices(_ value: JSON) throws(SchemaError) -> [JSON] {
        guard let choices = value.array, !choices.isEmpty else { throw bad("enum", "expected a list of values") }
        return choices
    }

    private func names(_ value: JSON, _ key: String) throws(SchemaError) -> [String] {
        guard let elements = value.array else { throw bad(key, "expected a list of strings") }
        let names = elements.compactMap(\.string)
        guard names.count == elements.count else { throw bad(key, "expected a list of strings") }
        return names
    }

    private func members(_ value: JSON) throws(SchemaError) -> [String: Schema] {
        guard let object = value.object else { throw bad("properties", "expected an object of schemas") }
        var schemas: [String: Schema] = [:]
        for (name, member) in object {
            schemas[name] = try nested(member, at: JSONPointer.child(place("properties"), name))
        }
        return schemas
    }

    private func additional(_ value: JSON, in object: JSONObject) throws(SchemaError) -> SchemaRule {
        let known = Set(object["properties"]?.object?.keys ?? [])
        if value == .bool(false) { return .additional(known: known, nil) }
        return .additional(known: known, try nested(value, at: place("additionalProperties")))
    }

    private func format(_ value: JSON) throws(SchemaError) -> SchemaRule {
        guard value.string == "date-time" else { throw bad("format", "only the format 'date-time' is supported") }
        return .dateTime
    }

    private func size(_ value: JSON, _ key: String) throws(SchemaError) -> Int {
        guard let size = value.int.flatMap(Int.init(exactly:)), size >= 0 else {
            throw bad(key, "expected a whole number from 0")
        }
        return size
    }

    private func number(_ value: JSON, _ key: String) throws(SchemaError) -> Double {
        guard let number = value.double else { throw bad(key, "expected a number") }
        return number
    }
}
