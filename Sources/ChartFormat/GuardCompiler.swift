import JSONValue
import Statechart

/// A checked expression: its type, and the code that computes it.
struct GuardCompiled {
    var type: GuardType
    var code: GuardCode
    /// Set for a literal number, which becomes a double where one is expected.
    var literal: JSON?

    init(_ type: GuardType, literal: JSON? = nil, _ code: @escaping GuardCode) {
        self.type = type
        self.code = code
        self.literal = literal
    }

    var isIntegerLiteral: Bool { if case .int = literal { true } else { false } }

    /// The same value as a double.
    var asDouble: GuardCompiled {
        guard type == .int else { return self }
        let code = code
        return GuardCompiled(.double, literal: nil) { frame throws(ExpressionError) in
            let value = try code(frame).json()
            return .json(value.double.map(JSON.double) ?? value)
        }
    }
}

/// What names mean where an expression stands.
struct GuardEnvironment: Sendable {
    var context: GuardType = .dyn
    var event: GuardType = .dyn
    var settings: GuardType = .dyn
    /// True for imported SCXML, whose names are resolved at run time.
    var isImported = false
    /// The id of the state that `In('…')` means; nil when there is none.
    var state: @Sendable (String) -> Int? = { _ in nil }
}

/// Checks an expression's types and compiles it to closures, in one walk over its syntax.
struct GuardCompiler {
    let environment: GuardEnvironment
    /// Variables of the macros around, outermost first.
    var locals: [(name: String, type: GuardType)] = []
    /// Paths of optional members that are known to be there.
    var present: Set<String> = []

    func compile(_ syntax: GuardSyntax) throws(GuardProblem) -> GuardCompiled {
        var compiled = try typed(syntax)
        if environment.isImported { compiled.type = .dyn }
        return compiled
    }

    private func typed(_ syntax: GuardSyntax) throws(GuardProblem) -> GuardCompiled {
        switch syntax.kind {
        case .literal(let value): return literal(value)
        case .name(let name): return try variable(name, at: syntax.offset)
        case .select(let base, let member): return try select(base, member, syntax)
        case .index(let base, let index): return try element(base, index, at: syntax.offset)
        case .call(nil, let name, let arguments): return try function(name, arguments, at: syntax.offset)
        case .call(let receiver?, let name, let arguments):
            return try method(receiver, name, arguments, at: syntax.offset)
        case .unary(let operation, let operand): return try unary(operation, operand, at: syntax.offset)
        case .binary(let operation, let left, let right):
            return try binary(operation, left, right, at: syntax.offset)
        case .conditional(let condition, let yes, let no):
            return try conditional(condition, yes, no, at: syntax.offset)
        case .list(let elements): return try list(elements)
        case .map(let members): return try map(members)
        }
    }

    func literal(_ value: JSON) -> GuardCompiled {
        let type: GuardType =
            switch value {
            case .bool: .bool
            case .int: .int
            case .double: .double
            case .string(let text): .choice([text])
            default: .null
            }
        return GuardCompiled(type, literal: value) { _ in .json(value) }
    }

    private func variable(_ name: String, at offset: Int) throws(GuardProblem) -> GuardCompiled {
        if let index = locals.firstIndex(where: { $0.name == name }) {
            let type = locals[index].type
            return GuardCompiled(type) { frame throws(ExpressionError) in try frame.locals[index].typed(type, name) }
        }
        if environment.isImported { return imported(name) }
        switch name {
        case "context": return GuardCompiled(environment.context) { .json($0.scope.context) }
        case "event": return GuardCompiled(environment.event) { .json($0.scope.wholeEvent) }
        case "settings": return GuardCompiled(environment.settings) { .json($0.scope.settings) }
        case "now": return GuardCompiled(.timestamp) { .timestamp($0.scope.now) }
        default:
            throw GuardProblem(
                .expression, at: offset,
                "'\(name)' is not known; expressions have context, event, settings, now and functions"
                    + " (a text is quoted once more: \"'\(name)'\")")
        }
    }

    private func select(
        _ base: GuardSyntax, _ member: String, _ syntax: GuardSyntax
    ) throws(GuardProblem) -> GuardCompiled {
        let object = try compile(base)
        let type = try memberType(member, of: object.type, base, at: syntax.offset)
        let path = syntax.path
        if case .record(let record) = object.type, !record.required.contains(member),
            !(path.map(present.contains) ?? false)
        {
            let name = path ?? member
            throw GuardProblem(
                .type, at: syntax.offset, "'\(name)' may be absent: ask 'has(\(name))' first, with '&&' or '? :'")
        }
        if !environment.isImported, member == "type", case .name("event") = base.kind,
            !locals.contains(where: { $0.name == "event" })
        {
            return GuardCompiled(type) { .json(.string($0.scope.eventName)) }
        }
        let code = object.code
        let name = path ?? member
        return GuardCompiled(type) { frame throws(ExpressionError) in
            try code(frame).member(member).typed(type, name)
        }
    }

    /// The declared type of a member; refuses members that are not declared.
    func memberType(
        _ member: String, of type: GuardType, _ base: GuardSyntax, at offset: Int
    ) throws(GuardProblem) -> GuardType {
        switch type {
        case .dyn: return .dyn
        case .map(let value): return value
        case .record(let record):
            if let type = record.members[member] ?? record.others { return type }
            let name = base.path.map { "'\($0)'" } ?? "this map"
            throw GuardProblem(
                .type, at: offset,
                "\(name) has no member '\(member)'\(Suggestion.text(for: member, among: record.members.keys))")
        default:
            throw GuardProblem(.type, at: offset, "\(type) has no members, so no '\(member)'")
        }
    }

    private func element(
        _ base: GuardSyntax, _ index: GuardSyntax, at offset: Int
    ) throws(GuardProblem) -> GuardCompiled {
        if case .literal(.string(let member)) = index.kind {
            return try select(base, member, GuardSyntax(kind: .select(base, member), offset: offset))
        }
        let object = try compile(base)
        let index = try compile(index)
        let (objectCode, indexCode) = (object.code, index.code)
        let type: GuardType
        switch (object.type, index.type) {
        case (.list(let element), .int), (.list(let element), .dyn): type = element
        case (.map(let value), let key) where key.isString || key == .dyn: type = value
        case (.record, let key) where key.isString || key == .dyn: type = .dyn
        case (.dyn, let key) where key.isString || key == .int || key == .dyn: type = .dyn
        default: throw GuardProblem(.type, at: offset, "\(object.type) has no elements by \(index.type)")
        }
        return GuardCompiled(type) { frame throws(ExpressionError) in
            let index = try indexCode(frame).json()
            let object = try objectCode(frame)
            if let key = index.string { return try object.member(key).typed(type, key) }
            let elements = try object.list()
            guard case .int(let position) = index, elements.indices.contains(Int(position)) else {
                throw ExpressionError("the list has no element \(index.text), it has \(elements.count)")
            }
            return try elements[Int(position)].typed(type, "[\(position)]")
        }
    }

    private func list(_ elements: [GuardSyntax]) throws(GuardProblem) -> GuardCompiled {
        var compiled: [GuardCompiled] = []
        for element in elements { compiled.append(try storable(element)) }
        if compiled.contains(where: { $0.type == .double }) {
            compiled = compiled.map { $0.isIntegerLiteral ? $0.asDouble : $0 }
        }
        let type = compiled.dropFirst().reduce(compiled.first?.type ?? .dyn) { $0.unified(with: $1.type) ?? .dyn }
        let codes = compiled.map(\.code)
        return GuardCompiled(.list(type)) { frame throws(ExpressionError) in
            var values: [JSON] = []
            for code in codes { values.append(try code(frame).json()) }
            return .json(.array(values))
        }
    }

    private func map(_ members: [(key: GuardSyntax, value: GuardSyntax)]) throws(GuardProblem) -> GuardCompiled {
        var codes: [(key: String, code: GuardCode)] = []
        var record = GuardType.Record()
        for (key, value) in members {
            guard case .literal(.string(let name)) = key.kind else {
                throw GuardProblem(.type, at: key.offset, "expected a string literal as the key of a map")
            }
            guard record.members[name] == nil else {
                throw GuardProblem(.expression, at: key.offset, "the key '\(name)' comes twice")
            }
            let compiled = try storable(value)
            record.members[name] = compiled.type
            record.required.insert(name)
            codes.append((name, compiled.code))
        }
        let fixed = codes
        return GuardCompiled(.record(record)) { frame throws(ExpressionError) in
            var object = JSONObject()
            for (key, code) in fixed { object[key] = try code(frame).json() }
            return .json(.object(object))
        }
    }

    /// An expression whose value JSON can hold.
    func storable(_ syntax: GuardSyntax) throws(GuardProblem) -> GuardCompiled {
        let compiled = try compile(syntax)
        guard compiled.type.isStorable else {
            throw GuardProblem(.type, at: syntax.offset, "a \(compiled.type) cannot be stored; use string()")
        }
        return compiled
    }
}
