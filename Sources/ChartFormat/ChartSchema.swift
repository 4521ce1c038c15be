import JSONValue

/// The JSON Schema of the format, for editors. It is made of the tables that the reader goes by; what it cannot say
/// (targets, types of expressions, the vocabulary) the reader says.
package enum ChartSchema {
    package static let json: JSON = [
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Rejoinder chart, format 1",
        "$ref": "#/$defs/chart",
        "$defs": .object(JSONObject(definitions)),
    ]

    /// The text of the committed file: keys in the order of the tables, indented, with a line end.
    package static var text: String { pretty(json, 0) + "\n" }

    /// The keys of every mapping of the format.
    package static let keys: [String: [String]] = Dictionary(
        uniqueKeysWithValues: ChartKeys.Name.allCases.map { ($0.rawValue, ChartKeys[$0].known) })

    private static var definitions: [(String, JSON)] {
        ChartKeys.Name.allCases.map { ($0.rawValue, schema(of: ChartKeys[$0])) }
            + ChartForm.Shared.allCases.map { ($0.rawValue, schema(of: $0.form)) }
    }

    private static func schema(of keys: ChartKeys) -> JSON {
        var properties = JSONObject()
        for key in keys.keys {
            var schema: JSONObject = ["description": .string(key.note)]
            for (name, value) in self.schema(of: key.form).object ?? [:] { schema[name] = value }
            properties[key.name] = .object(schema)
        }
        var schema: JSONObject = ["type": "object", "properties": .object(properties)]
        if !keys.required.isEmpty { schema["required"] = .array(keys.required.map(JSON.string)) }
        schema["additionalProperties"] = false
        return .object(schema)
    }

    private static func schema(of form: ChartForm) -> JSON {
        switch form {
        case .text: ["type": "string"]
        case .boolean: ["type": "boolean"]
        case .any: [:]
        case .object: ["type": "object"]
        case .delay: ["type": ["integer", "string"]]
        case .constant(let value): ["const": value]
        case .choice(let values): ["enum": .array(values)]
        case .place(let name): ["$ref": .string("#/$defs/\(name.rawValue)")]
        case .shared(let form): ["$ref": .string("#/$defs/\(form.rawValue)")]
        case .list(let element): ["type": "array", "items": schema(of: element)]
        case .map(let member): ["type": "object", "additionalProperties": schema(of: member)]
        case .either(let forms): ["anyOf": .array(forms.map(schema))]
        }
    }

    private static func pretty(_ value: JSON, _ depth: Int) -> String {
        let space = String(repeating: "  ", count: depth + 1)
        let end = "\n" + String(repeating: "  ", count: depth)
        switch value {
        case .object(let members) where !members.isEmpty && value.text.utf8.count > 100:
            let lines = members.map { "\(space)\(JSON.string($0.key).text): \(pretty($0.value, depth + 1))" }
            return "{\n" + lines.joined(separator: ",\n") + end + "}"
        case .array(let elements) where value.text.utf8.count > 100:
            return "[\n" + elements.map { space + pretty($0, depth + 1) }.joined(separator: ",\n") + end + "]"
        default:
            return value.text
        }
    }
}
