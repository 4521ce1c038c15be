import JSONValue

/// What one keyword demands. A keyword that speaks of another type than the value's demands nothing.
enum SchemaRule: Sendable {
    case never
    case types([String])
    case oneOf([JSON])
    case required([String])
    case properties([String: Schema])
    /// Members that `properties` does not name; nil refuses them.
    case additional(known: Set<String>, Schema?)
    case items(Schema)
    case count(least: Int?, most: Int?)
    case length(least: Int?, most: Int?)
    case least(Double, isExclusive: Bool)
    case most(Double, isExclusive: Bool)
    case dateTime
    case anyOf([Schema])
    /// A schema of the root's `$defs`.
    case reference(String)

    func check(_ value: JSON, at path: String, _ scope: SchemaScope, into found: inout [Violation]) {
        switch self {
        case .properties(let schemas): Self.members(value, schemas, path, scope.within, &found)
        case .additional(let known, let schema): Self.additional(value, known, schema, path, scope.within, &found)
        case .items(let schema): Self.elements(value, schema, path, scope.within, &found)
        case .anyOf(let schemas): Self.alternatives(value, schemas, path, scope, &found)
        case .reference(let name): Self.reference(value, name, path, scope, &found)
        case .required(let names):
            guard let object = value.object else { return }
            for name in names where object[name] == nil {
                found.append(Violation(path: path, message: "the member '\(name)' is missing"))
            }
        default:
            if let message = complaint(value) { found.append(Violation(path: path, message: message)) }
        }
    }

    /// True only when the value fits; a rule that would need places or `$ref` to say so says false.
    func plainlyAccepts(_ value: JSON) -> Bool {
        switch self {
        case .properties(let schemas):
            value.object?.allSatisfy { schemas[$0.key]?.plainlyAccepts($0.value) ?? true } ?? true
        case .additional(let known, let schema):
            value.object?.allSatisfy { known.contains($0.key) || schema?.plainlyAccepts($0.value) ?? false } ?? true
        case .items(let schema): value.array?.allSatisfy(schema.plainlyAccepts) ?? true
        case .required(let names): value.object.map { object in names.allSatisfy { object[$0] != nil } } ?? true
        case .anyOf, .reference: false
        default: complaint(value) == nil
        }
    }

    /// Fits when one does; else what the nearest one has to say: the one that complains deepest within the value.
    private static func alternatives(
        _ value: JSON, _ schemas: [Schema], _ path: String, _ scope: SchemaScope, _ found: inout [Violation]
    ) {
        var nearest: [Violation] = []
        for schema in schemas {
            var complaints: [Violation] = []
            schema.check(value, at: path, scope, into: &complaints)
            guard let first = complaints.first else { return }
            if nearest.isEmpty || first.path.utf8.count > (nearest.first?.path.utf8.count ?? 0) { nearest = complaints }
        }
        found += nearest
    }

    private static func reference(
        _ value: JSON, _ name: String, _ path: String, _ scope: SchemaScope, _ found: inout [Violation]
    ) {
        guard let schema = scope.definitions[name], !scope.isExhausted else {
            found.append(Violation(path: path, message: "the schema '\(name)' is missing, or refers to itself"))
            return
        }
        schema.check(value, at: path, scope.following, into: &found)
    }

    private static func members(
        _ value: JSON, _ schemas: [String: Schema], _ path: String, _ scope: SchemaScope, _ found: inout [Violation]
    ) {
        for (name, member) in value.object ?? [:] {
            schemas[name]?.check(member, at: JSONPointer.child(path, name), scope, into: &found)
        }
    }

    private static func additional(
        _ value: JSON, _ known: Set<String>, _ schema: Schema?, _ path: String, _ scope: SchemaScope,
        _ found: inout [Violation]
    ) {
        for (name, member) in value.object ?? [:] where !known.contains(name) {
            guard found.count < Schema.violationLimit else { return }
            let place = JSONPointer.child(path, name)
            guard let schema else {
                found.append(Violation(path: place, message: "this member is not known here"))
                continue
            }
            schema.check(member, at: place, scope, into: &found)
        }
    }

    private static func elements(
        _ value: JSON, _ schema: Schema, _ path: String, _ scope: SchemaScope, _ found: inout [Violation]
    ) {
        for (index, element) in (value.array ?? []).enumerated() where found.count < Schema.violationLimit {
            schema.check(element, at: JSONPointer.child(path, index), scope, into: &found)
        }
    }

    /// What a rule about the value itself has to say; nil when it is content.
    private func complaint(_ value: JSON) -> String? {
        switch self {
        case .never: "no value is allowed here"
        case .types(let names): Self.typeComplaint(value, names)
        case .oneOf(let choices):
            choices.contains { $0.isSame(as: value) } ? nil : "the value is none of \(Self.list(choices))"
        case .count(let least, let most): Self.bounds(value.array?.count, least, most, "elements")
        case .length(let least, let most): Self.bounds(value.string?.unicodeScalars.count, least, most, "characters")
        case .least(let bound, let isExclusive): Self.below(value, bound, isExclusive)
        case .most(let bound, let isExclusive): Self.above(value, bound, isExclusive)
        case .dateTime:
            value.string.map { Timestamp($0) == nil } == true ? "expected a date and time of RFC 3339" : nil
        case .required, .properties, .additional, .items, .anyOf, .reference: nil
        }
    }

    private static func typeComplaint(_ value: JSON, _ names: [String]) -> String? {
        let fits = names.contains { name in
            switch name {
            case "integer": value.int != nil
            case "number": value.double != nil
            default: name == value.typeName
            }
        }
        return fits ? nil : "expected \(names.joined(separator: " or ")), found \(value.typeName)"
    }

    private static func bounds(_ count: Int?, _ least: Int?, _ most: Int?, _ what: String) -> String? {
        guard let count else { return nil }
        if let least, count < least { return "\(count) \(what), at least \(least) are needed" }
        if let most, count > most { return "\(count) \(what), at most \(most) are allowed" }
        return nil
    }

    private static func below(_ value: JSON, _ bound: Double, _ isExclusive: Bool) -> String? {
        guard let number = value.double, isExclusive ? number <= bound : number < bound else { return nil }
        return "expected \(isExclusive ? "more than" : "at least") \(JSON.double(bound).text)"
    }

    private static func above(_ value: JSON, _ bound: Double, _ isExclusive: Bool) -> String? {
        guard let number = value.double, isExclusive ? number >= bound : number > bound else { return nil }
        return "expected \(isExclusive ? "less than" : "at most") \(JSON.double(bound).text)"
    }

    private static func list(_ choices: [JSON]) -> String {
        let shown = choices.prefix(20).map(\.text).joined(separator: ", ")
        return choices.count > 20 ? shown + ", …" : shown
    }
}

extension JSON {
    /// Equality as JSON Schema has it: 1 and 1.0 are the same number.
    func isSame(as other: JSON) -> Bool {
        switch (self, other) {
        case (.int, .double), (.double, .int): double == other.double
        case (.array(let left), .array(let right)):
            left.count == right.count && zip(left, right).allSatisfy { $0.isSame(as: $1) }
        case (.object(let left), .object(let right)):
            left.count == right.count && left.allSatisfy { right[$0.key]?.isSame(as: $0.value) == true }
        default: self == other
        }
    }
}
