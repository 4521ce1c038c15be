import JSONValue

extension GuardType {
    /// What a JSON Schema promises of a value. Where it promises nothing simple, the value is `dyn`.
    init(schema: JSON) { self = Self.read(schema, depth: 0) }

    private static func read(_ schema: JSON, depth: Int) -> GuardType {
        guard depth < 64 else { return .dyn }
        if let values = schema["enum"]?.array { return unified(values.map(of)) }
        if let constant = schema["const"] { return of(constant) }
        if let branches = schema["anyOf"]?.array ?? schema["oneOf"]?.array, schema["type"] == nil {
            return unified(branches.map { read($0, depth: depth + 1) })
        }
        if let parts = schema["allOf"]?.array, parts.count == 1, schema["type"] == nil {
            return read(parts[0], depth: depth + 1)
        }
        switch schema["type"] {
        case .string(let name): return named(name, schema, depth)
        case .array(let names): return unified(names.map { $0.string.map { named($0, schema, depth) } ?? .dyn })
        default: return .dyn
        }
    }

    private static func named(_ name: String, _ schema: JSON, _ depth: Int) -> GuardType {
        switch name {
        case "boolean": .bool
        case "integer": .int
        case "number": .double
        case "string": .string
        case "null": .null
        case "array": .list(schema["items"].map { read($0, depth: depth + 1) } ?? .dyn)
        case "object": object(schema, depth)
        default: .dyn
        }
    }

    /// The type of a value that a schema lists.
    private static func of(_ value: JSON) -> GuardType {
        switch value {
        case .null: .null
        case .bool: .bool
        case .int: .int
        case .double: .double
        case .string(let text): .choice([text])
        case .array: .list(.dyn)
        case .object: .map(.dyn)
        }
    }

    /// One type for values that are of any of these; numbers of both kinds are doubles.
    private static func unified(_ types: [GuardType]) -> GuardType {
        guard var result = types.first else { return .dyn }
        for type in types.dropFirst() {
            if result.unified(with: type) == nil, result.isNumber, type.isNumber {
                result = .double
            } else {
                result = result.unified(with: type) ?? .dyn
            }
        }
        return result
    }

    private static func object(_ schema: JSON, _ depth: Int) -> GuardType {
        let others: GuardType? =
            switch schema["additionalProperties"] {
            case .object(let schema): read(.object(schema), depth: depth + 1)
            case .bool(true): .dyn
            default: nil
            }
        guard let properties = schema["properties"]?.object else {
            return schema["additionalProperties"] == false ? .record(Record()) : .map(others ?? .dyn)
        }
        var record = Record(others: others)
        for (name, schema) in properties { record.members[name] = read(schema, depth: depth + 1) }
        record.required = Set(schema["required"]?.array?.compactMap(\.string) ?? [])
        return .record(record)
    }
}
