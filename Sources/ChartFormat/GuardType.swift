import JSONValue

/// The type of an expression, as the checker knows it.
indirect enum GuardType: Sendable, Equatable {
    /// Not declared: checked when it is evaluated.
    case dyn
    case null, bool, int, double, string, timestamp, duration
    /// A string that is one of these. A string literal is the choice of itself.
    case choice([String])
    case list(GuardType)
    case map(GuardType)
    case record(Record)

    /// An object whose members are declared.
    struct Record: Sendable, Equatable {
        var members: [String: GuardType] = [:]
        var required: Set<String> = []
        /// The type of members that are not declared; nil when there are none.
        var others: GuardType?
    }

    /// What a JSON Schema promises of a value. Where it promises nothing simple, the value is `dyn`.
    init(schema: JSON) {
        if let choices = schema["enum"]?.array?.map(\.string), !choices.contains(nil) {
            self = .choice(choices.compactMap(\.self))
        } else if let constant = schema["const"]?.string {
            self = .choice([constant])
        } else {
            switch schema["type"]?.string {
            case "boolean": self = .bool
            case "integer": self = .int
            case "number": self = .double
            case "string": self = .string
            case "null": self = .null
            case "array": self = .list(schema["items"].map(GuardType.init(schema:)) ?? .dyn)
            case "object": self = Self.object(schema)
            default: self = .dyn
            }
        }
    }

    private static func object(_ schema: JSON) -> GuardType {
        let others: GuardType? =
            switch schema["additionalProperties"] {
            case .object(let schema): GuardType(schema: .object(schema))
            case .bool(true): .dyn
            default: nil
            }
        guard let properties = schema["properties"]?.object else {
            return schema["additionalProperties"] == false ? .record(Record()) : .map(others ?? .dyn)
        }
        var record = Record(others: others)
        for (name, schema) in properties { record.members[name] = GuardType(schema: schema) }
        record.required = Set(schema["required"]?.array?.compactMap(\.string) ?? [])
        return .record(record)
    }
}

extension GuardType: CustomStringConvertible {
    var description: String {
        switch self {
        case .dyn: "a value of any type"
        case .null: "null"
        case .bool: "bool"
        case .int: "int"
        case .double: "double"
        case .string: "string"
        case .timestamp: "timestamp"
        case .duration: "duration"
        case .choice(let choices):
            choices.count == 1
                ? "the string '\(choices[0])'" : "one of \(choices.map { "'\($0)'" }.joined(separator: ", "))"
        case .list(.dyn): "list"
        case .list(let element): "list of \(element)"
        case .map, .record: "map"
        }
    }

    var isString: Bool {
        switch self {
        case .string, .choice: true
        default: false
        }
    }

    var isObject: Bool {
        switch self {
        case .map, .record: true
        default: false
        }
    }

    /// True for what JSON can hold.
    var isStorable: Bool { self != .timestamp && self != .duration }

    /// The one type of two alternatives; nil when they have none.
    func unified(with other: GuardType) -> GuardType? {
        if self == other { return self }
        switch (self, other) {
        case (.timestamp, _), (.duration, _), (_, .timestamp), (_, .duration): return nil
        case (.dyn, _), (_, .dyn), (.null, _), (_, .null): return .dyn
        case (.choice(let left), .choice(let right)): return .choice(left + right.filter { !left.contains($0) })
        case (.string, .choice), (.choice, .string): return .string
        case (.list(let left), .list(let right)): return left.unified(with: right).map(GuardType.list)
        case (.map, .record), (.record, .map), (.map, .map), (.record, .record): return .map(.dyn)
        default: return nil
        }
    }

    /// True when a value of this type may go where the other is declared; the schema checks the value itself.
    func fits(_ declared: GuardType) -> Bool {
        switch (self, declared) {
        case (.timestamp, _), (.duration, _): false
        case (.dyn, _), (_, .dyn), (.int, .double): true
        case (.choice(let offered), .choice(let allowed)): offered.contains { allowed.contains($0) }
        case (.choice, .string), (.string, .choice): true
        case (.list(let left), .list(let right)): left.fits(right)
        case (.map, .map), (.map, .record), (.record, .map), (.record, .record): true
        default: self == declared
        }
    }

    /// True when values of the two types can ever be equal.
    func canEqual(_ other: GuardType) -> Bool {
        switch (self, other) {
        case (.dyn, _), (_, .dyn): true
        case (.choice(let left), .choice(let right)): left.contains { right.contains($0) }
        case (.choice, .string), (.string, .choice): true
        case (.list(let left), .list(let right)): left.canEqual(right)
        case (.map, .map), (.map, .record), (.record, .map), (.record, .record): true
        default: self == other
        }
    }
}
