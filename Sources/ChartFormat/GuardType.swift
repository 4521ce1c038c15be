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
    /// Null, or a value of the type.
    case nullable(GuardType)

    /// An object whose members are declared.
    struct Record: Sendable, Equatable {
        var members: [String: GuardType] = [:]
        var required: Set<String> = []
        /// The type of members that are not declared; nil when there are none.
        var others: GuardType?
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
        case .nullable(let type): "\(type) or null"
        }
    }

    var isString: Bool {
        switch self {
        case .string, .choice: true
        default: false
        }
    }

    var isNumber: Bool { self == .int || self == .double }

    /// True for what JSON can hold.
    var isStorable: Bool { self != .timestamp && self != .duration }

    /// The type that may be null as well.
    var orNull: GuardType {
        switch self {
        case .dyn, .null, .nullable: self
        default: .nullable(self)
        }
    }
}

/// How two types stand to each other.
extension GuardType {
    /// The one type of two alternatives; nil when they have none.
    func unified(with other: GuardType) -> GuardType? {
        if self == other { return self }
        switch (self, other) {
        case (.timestamp, _), (.duration, _), (_, .timestamp), (_, .duration): return nil
        case (.dyn, _), (_, .dyn): return .dyn
        case (.null, let type), (let type, .null): return type.orNull
        case (.nullable(let left), .nullable(let right)), (.nullable(let left), let right),
            (let left, .nullable(let right)):
            return left.unified(with: right)?.orNull
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
        case (.null, .nullable): true
        case (.nullable(let type), .nullable(let declared)), (let type, .nullable(let declared)): type.fits(declared)
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
        case (.nullable, .null), (.null, .nullable), (.nullable, .nullable): true
        case (.nullable(let left), let right), (let left, .nullable(let right)): left.canEqual(right)
        case (.choice(let left), .choice(let right)): left.contains { right.contains($0) }
        case (.choice, .string), (.string, .choice): true
        case (.list(let left), .list(let right)): left.canEqual(right)
        case (.map, .map), (.map, .record), (.record, .map), (.record, .record): true
        default: self == other
        }
    }
}
