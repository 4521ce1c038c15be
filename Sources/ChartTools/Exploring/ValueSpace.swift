import JSONSchema
import JSONValue

/// The values of a schema that guards can tell apart: every word of an enumeration, both booleans, numbers around those
/// that guards compare with, texts that guards name and one that they do not. What no guard reads has one value.
struct ValueSpace {
    /// Most values that are tried of one schema.
    static let limit = 128

    let words: ExpressionWords
    let settings: JSON
    /// True when some combinations were left out.
    private(set) var isCut = false

    init(_ words: ExpressionWords, settings: JSON) {
        self.words = words
        self.settings = settings
    }

    /// Values of a whole payload or context whose members expressions read below `root`.
    mutating func values(of schema: JSON, root: String) -> [JSON] {
        let read = words.below(root)
        let found = values(schema, [], read)
        guard let check = try? Schema(schema) else { return found }
        let fitting = found.filter { check.accepts($0) }
        return fitting.isEmpty ? [SchemaSample.value(of: schema)] : fitting
    }

    private mutating func values(_ schema: JSON, _ path: [String], _ read: Set<[String]>) -> [JSON] {
        let isRead = read.contains { $0.starts(with: path) || path.starts(with: $0) }
        guard isRead else { return [SchemaSample.value(of: schema)] }
        if let words = schema["enum"]?.array, !words.isEmpty { return words }
        if let constant = schema["const"] { return [constant] }
        switch schema["type"]?.string {
        case "object": return objects(schema, path, read)
        case "boolean": return [true, false]
        case "integer": return integers().map(JSON.int)
        case "number": return integers().map { .double(Double($0)) }
        case "string": return texts()
        case nil: return untyped(path, read)
        default: return [SchemaSample.value(of: schema)]
        }
    }

    private mutating func objects(_ schema: JSON, _ path: [String], _ read: Set<[String]>) -> [JSON] {
        let required = Set(schema["required"]?.array?.compactMap(\.string) ?? [])
        var properties = schema["properties"]?.object ?? [:]
        for member in read where member.starts(with: path) && member.count > path.count {
            let name = member[path.count]
            if properties[name] == nil, schema["additionalProperties"]?.bool != false { properties[name] = [:] }
        }
        var members: [(String, [JSON?])] = []
        for (name, inner) in properties {
            let isRead = read.contains { $0.starts(with: path + [name]) || $0 == path }
            if !isRead, !required.contains(name) { continue }
            var choices: [JSON?] = values(inner, path + [name], read).map { $0 }
            if isRead, !required.contains(name) { choices.append(nil) }
            members.append((name, choices))
        }
        return combine(members)
    }

    private mutating func combine(_ members: [(String, [JSON?])]) -> [JSON] {
        var objects: [JSONObject] = [[:]]
        for (name, choices) in members {
            var next: [JSONObject] = []
            for object in objects {
                for choice in choices {
                    var object = object
                    object[name] = choice
                    next.append(object)
                }
            }
            isCut = isCut || next.count > Self.limit
            objects = Array(next.prefix(Self.limit))
        }
        return objects.map(JSON.object)
    }

    /// Around every number that these expressions name, by themselves or through a setting.
    private func integers() -> [Int64] {
        var numbers = words.integers
        for path in words.below("settings") {
            let value = path.reduce(settings as JSON?) { $0?[$1] }
            if let number = value?.int { numbers.insert(number) }
        }
        let near = Set(numbers.flatMap { [$0 - 1, $0, $0 + 1] }).union([0, 1])
        return Array(near.sorted { (abs($0), $0) < (abs($1), $1) }.prefix(8))
    }

    private func texts() -> [JSON] {
        let named = words.strings.sorted().prefix(8).map(JSON.string)
        return named.contains("other") ? named : ["other"] + named
    }

    private mutating func untyped(_ path: [String], _ read: Set<[String]>) -> [JSON] {
        if read.contains(where: { $0.count > path.count && $0.starts(with: path) }) { return objects([:], path, read) }
        let numbers: [JSON] = words.integers.isEmpty ? [] : integers().map(JSON.int)
        return [true, false] + (words.strings.isEmpty ? [] : texts()) + numbers
    }
}

/// One plausible value of a schema.
package enum SchemaSample {
    package static func value(of schema: JSON) -> JSON {
        if let constant = schema["const"] { return constant }
        if let words = schema["enum"]?.array, let first = words.first { return first }
        switch schema["type"]?.string {
        case "object":
            let required = schema["required"]?.array?.compactMap(\.string) ?? []
            let properties = schema["properties"]?.object ?? [:]
            return .object(JSONObject(required.map { ($0, value(of: properties[$0] ?? [:])) }))
        case "array":
            let least = Int(min(max(schema["minItems"]?.int ?? 0, 0), 20))
            return .array(Array(repeating: value(of: schema["items"] ?? [:]), count: least))
        case "integer": return .int(Int64(number(schema)))
        case "number": return .double(number(schema))
        case "boolean": return true
        case "string": return text(schema)
        case "null": return .null
        default: return [:]
        }
    }

    private static func number(_ schema: JSON) -> Double {
        let wish = min(max(1, schema["minimum"]?.double ?? 1), schema["maximum"]?.double ?? 1e9)
        return abs(wish) < 1e15 ? wish : 1
    }

    private static func text(_ schema: JSON) -> JSON {
        if schema["format"]?.string == "date-time" { return "2027-01-01T00:00:00Z" }
        let least = Int(min(max(schema["minLength"]?.int ?? 0, 0), 1000))
        let text = least > 4 ? String(repeating: "x", count: least) : "text"
        let most = schema["maxLength"]?.int.map { Int(min(max($0, 0), 1000)) } ?? 1000
        return .string(String(text.prefix(most)))
    }
}
