import JSONValue
import Statechart

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
    /// What is known where the expression stands; see ``GuardSyntax/facts(when:)``.
    var facts: Set<String> = []

    func compile(_ syntax: GuardSyntax) throws(GuardProblem) -> GuardCompiled {
        let compiled = try typed(syntax)
        compiled.usesMacros = syntax.usesMacros
        if environment.isImported { compiled.type = .dyn }
        if case .nullable(let type) = compiled.type, let path = syntax.path, facts.contains("\(path) != null") {
            compiled.type = type
        }
        return compiled
    }

    private func typed(_ syntax: GuardSyntax) throws(GuardProblem) -> GuardCompiled {
        switch syntax.kind {
        case .literal(let value): return GuardCompiled(literal: value)
        case .name(let name): return try variable(name, at: syntax.offset)
        case .select(let base, let member): return try select(base, member, syntax)
        case .index(let base, let index): return try element(base, index, syntax)
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

    /// This compiler where more is known.
    func knowing(_ facts: Set<String>) -> GuardCompiler {
        guard !facts.isEmpty else { return self }
        var compiler = self
        compiler.facts.formUnion(facts)
        return compiler
    }

    private func variable(_ name: String, at offset: Int) throws(GuardProblem) -> GuardCompiled {
        if let slot = locals.firstIndex(where: { $0.name == name }) {
            let type = locals[slot].type
            return GuardCompiled(type, GuardCode(type, name) { _, frame in frame?.variable(slot) ?? .null })
        }
        if environment.isImported { return imported(name) }
        switch name {
        case "context": return root(.context, environment.context) { scope, _ in .json(scope.context) }
        case "event": return root(.event, environment.event) { scope, _ in .json(scope.wholeEvent) }
        case "settings": return root(.settings, environment.settings) { scope, _ in .json(scope.settings) }
        case "now": return GuardCompiled(.timestamp, .value { scope, _ in .timestamp(scope.now) })
        default:
            throw GuardProblem(
                .expression, at: offset,
                "'\(name)' is not known; expressions have context, event, settings, now and functions"
                    + " (a text is quoted once more: \"'\(name)'\")")
        }
    }

    private func root(
        _ root: GuardPlace.Root, _ type: GuardType, _ read: @escaping GuardRead<GuardValue>
    ) -> GuardCompiled {
        GuardCompiled(type, .value(read), place: GuardPlace(root: root))
    }

    private func select(
        _ base: GuardSyntax, _ member: String, _ syntax: GuardSyntax
    ) throws(GuardProblem) -> GuardCompiled {
        let object = try operand(base)
        let type = try memberType(member, of: object.type, base, at: syntax.offset)
        let path = syntax.path
        if case .record(let record) = object.type, !record.required.contains(member),
            !(path.map(facts.contains) ?? false)
        {
            let name = path ?? member
            throw GuardProblem(
                .type, at: syntax.offset, "'\(name)' may be absent: ask 'has(\(name))' first, with '&&' or '? :'")
        }
        if member == "type", case .event? = object.place?.root, object.place?.keys.isEmpty == true {
            return GuardCompiled(type, .string { scope, _ in scope.eventName })
        }
        let name = path ?? member
        if var place = object.place {
            place.keys.append(member)
            return GuardCompiled(type, place.code(type, name), place: place)
        }
        let read = object.code.value
        return GuardCompiled(
            type,
            GuardCode(type, name) { scope, frame throws(ExpressionError) in try read(scope, frame).member(member) })
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
        _ base: GuardSyntax, _ index: GuardSyntax, _ syntax: GuardSyntax
    ) throws(GuardProblem) -> GuardCompiled {
        if case .literal(.string(let member)) = index.kind { return try select(base, member, syntax) }
        let object = try operand(base)
        let key = try operand(index)
        let type: GuardType
        switch (object.type, key.type) {
        case (.list(let element), .int), (.list(let element), .dyn): type = element
        case (.map(let value), let key) where key.isString || key == .dyn: type = value
        case (.record, let key) where key.isString || key == .dyn: type = .dyn
        case (.dyn, let key) where key.isString || key.isNumber || key == .dyn: type = .dyn
        default: throw GuardProblem(.type, at: syntax.offset, "\(object.type) has no elements by \(key.type)")
        }
        let (objectRead, keyRead) = (object.code.value, key.code.json)
        let name = syntax.path ?? "the element"
        return GuardCompiled(
            type,
            GuardCode(type, name) { scope, frame throws(ExpressionError) in
                let object = try objectRead(scope, frame)
                return try object.element(keyRead(scope, frame))
            })
    }

    private func list(_ elements: [GuardSyntax]) throws(GuardProblem) -> GuardCompiled {
        var compiled: [GuardCompiled] = []
        for element in elements { compiled.append(try storable(element)) }
        if compiled.contains(where: { $0.type == .double }) { compiled = compiled.map(\.asDouble) }
        return .list(compiled)
    }

    private func map(_ members: [(key: GuardSyntax, value: GuardSyntax)]) throws(GuardProblem) -> GuardCompiled {
        var parts: [(key: String, compiled: GuardCompiled)] = []
        var names: Set<String> = []
        for (key, value) in members {
            guard case .literal(.string(let name)) = key.kind else {
                throw GuardProblem(.type, at: key.offset, "expected a string literal as the key of a map")
            }
            guard names.insert(name).inserted else {
                throw GuardProblem(.expression, at: key.offset, "the key '\(name)' comes twice")
            }
            parts.append((name, try storable(value)))
        }
        return .map(parts)
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

extension GuardValue {
    /// The element of a list by its position, or of a map by its key.
    fileprivate func element(_ index: JSON) throws(ExpressionError) -> JSON {
        if let key = index.string { return try member(key) }
        guard case .json(.array(let elements)) = self else { throw mismatch("list") }
        guard let position = index.int.flatMap(Int.init(exactly:)), elements.indices.contains(position) else {
            throw ExpressionError("the list has no element \(index.text), it has \(elements.count)")
        }
        return elements[position]
    }
}
