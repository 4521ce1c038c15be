import JSONValue

/// A value of a chart's file with its place. Keys are raw strings: `on` is the word "on", not a boolean.
struct ChartNode {
    enum Style { case plain, singleQuoted, doubleQuoted, block }

    struct Member {
        let key: String
        let keyPosition: SourcePosition
        let value: ChartNode
    }

    indirect enum Content {
        case scalar(String, Style)
        case sequence([ChartNode])
        case mapping([Member])
    }

    let content: Content
    let position: SourcePosition

    var members: [Member]? { if case .mapping(let members) = content { members } else { nil } }
    var elements: [ChartNode]? { if case .sequence(let elements) = content { elements } else { nil } }

    func member(_ key: String) -> Member? { members?.first { $0.key == key } }

    /// The text of a scalar that is no number, boolean or null.
    var string: String? {
        guard case .scalar(let text, let style) = content else { return nil }
        guard style == .plain else { return text }
        if case .string = Self.resolve(text) { return text }
        return nil
    }

    /// The text of any scalar.
    var scalarText: String? { if case .scalar(let text, _) = content { text } else { nil } }

    /// True for a plain scalar that means nothing.
    var isNull: Bool {
        guard case .scalar(let text, .plain) = content else { return false }
        return text.isEmpty || text == "~" || text == "null"
    }

    /// How messages call the kind of the value.
    var kindName: String {
        switch content {
        case .mapping: "a mapping"
        case .sequence: "a sequence"
        case .scalar:
            switch json {
            case .null: "nothing"
            case .bool: "a boolean"
            case .int, .double: "a number"
            default: "a text"
            }
        }
    }

    /// The value as JSON, with members sorted by key so that their order in the file means nothing.
    var json: JSON {
        switch content {
        case .scalar(let text, .plain): Self.resolve(text)
        case .scalar(let text, _): .string(text)
        case .sequence(let elements): .array(elements.map(\.json))
        case .mapping(let members):
            .object(JSONObject(members.sorted { $0.key < $1.key }.map { ($0.key, $0.value.json) }))
        }
    }

    /// A plain scalar as YAML 1.2's core schema has it: `yes` and `on` are texts.
    private static func resolve(_ text: String) -> JSON {
        switch text {
        case "", "~", "null": return .null
        case "true": return true
        case "false": return false
        default: break
        }
        // Only what begins like a number is worth the closer look.
        guard let first = text.utf8.first, (48...57).contains(first) || [43, 45, 46].contains(first) else {
            return .string(text)
        }
        let magnitude = first == 43 || first == 45 ? text.utf8.dropFirst() : text.utf8[...]
        if !magnitude.isEmpty, magnitude.allSatisfy({ (48...57).contains($0) }) {
            return Int64(text).map(JSON.int) ?? Double(text).map(JSON.double) ?? .string(text)
        }
        // Digits, a point and an exponent only, so that the words of floating point stay texts.
        guard text.utf8.allSatisfy({ (48...57).contains($0) || [43, 45, 46, 69, 101].contains($0) }) else {
            return .string(text)
        }
        let isDecimal = text.wholeMatch(of: /[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?/) != nil
        if isDecimal, let value = Double(text), value.isFinite { return .double(value) }
        return .string(text)
    }
}
