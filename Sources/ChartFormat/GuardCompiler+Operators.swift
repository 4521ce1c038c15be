import JSONValue
import Statechart

extension GuardCompiler {
    func unary(
        _ operation: GuardSyntax.Unary, _ operand: GuardSyntax, at offset: Int
    ) throws(GuardProblem) -> GuardCompiled {
        if operation == .not {
            let code = try boolean(operand)
            return GuardCompiled(.bool) { frame throws(ExpressionError) in .json(.bool(!(try code(frame).bool()))) }
        }
        let compiled = try compile(operand)
        guard [.int, .double, .duration, .dyn].contains(compiled.type) else {
            throw GuardProblem(.type, at: offset, "'-' expects a number, found \(compiled.type)")
        }
        let code = compiled.code
        return GuardCompiled(compiled.type) { frame throws(ExpressionError) in try GuardArithmetic.negate(code(frame)) }
    }

    /// The code of an expression that must be a boolean.
    func boolean(_ syntax: GuardSyntax) throws(GuardProblem) -> GuardCode {
        let compiled = try compile(syntax)
        guard compiled.type == .bool || compiled.type == .dyn else {
            throw GuardProblem(.type, at: syntax.offset, "expected bool, found \(compiled.type)")
        }
        return compiled.code
    }

    func binary(
        _ operation: GuardSyntax.Binary, _ left: GuardSyntax, _ right: GuardSyntax, at offset: Int
    ) throws(GuardProblem) -> GuardCompiled {
        switch operation {
        case .and, .or: return try logical(operation, left, right)
        case .member: return try membership(left, right, at: offset)
        case .equal, .unequal: return try equality(operation, left, right, at: offset)
        case .less, .lessOrEqual, .greater, .greaterOrEqual: return try ordering(operation, left, right, at: offset)
        case .plus, .minus, .times, .divided, .remainder: return try arithmetic(operation, left, right, at: offset)
        }
    }

    /// `&&` and `||` as CEL has them: an operand that decides makes the other's error irrelevant, on either side.
    private func logical(
        _ operation: GuardSyntax.Binary, _ left: GuardSyntax, _ right: GuardSyntax
    ) throws(GuardProblem) -> GuardCompiled {
        let decisive = operation == .or
        let first = try boolean(left)
        var narrowed = self
        narrowed.present.formUnion(left.present(when: !decisive))
        let second = try narrowed.boolean(right)
        return GuardCompiled(.bool) { frame throws(ExpressionError) in
            var problem: ExpressionError?
            do throws(ExpressionError) {
                if try first(frame).bool() == decisive { return .json(.bool(decisive)) }
            } catch {
                problem = error
            }
            let value: Bool
            do throws(ExpressionError) { value = try second(frame).bool() } catch { throw problem ?? error }
            if let problem, value != decisive { throw problem }
            return .json(.bool(value))
        }
    }

    private func membership(
        _ left: GuardSyntax, _ right: GuardSyntax, at offset: Int
    ) throws(GuardProblem) -> GuardCompiled {
        var element = try storable(left)
        let collection = try compile(right)
        switch collection.type {
        case .dyn: break
        case .list(let type):
            if type == .double, element.isIntegerLiteral { element = element.asDouble }
            try requireComparable(element.type, type, at: offset)
            try requireChoices(of: right, in: element.type)
        case .map, .record:
            guard element.type.isString || element.type == .dyn else {
                throw GuardProblem(.type, at: offset, "the keys of a map are strings, not \(element.type)")
            }
        default: throw GuardProblem(.type, at: offset, "'in' expects a list or a map, found \(collection.type)")
        }
        let (first, second) = (element.code, collection.code)
        return GuardCompiled(.bool) { frame throws(ExpressionError) in
            let element = try first(frame).json()
            let collection = try second(frame).json()
            switch collection {
            case .array(let elements): return .json(.bool(elements.contains { $0.equals(element) }))
            case .object(let members): return .json(.bool(element.string.map { members[$0] != nil } ?? false))
            default: throw GuardValue.json(collection).mismatch("a list or a map")
            }
        }
    }

    /// Each literal of a list must be one that the value can have: a misspelt one would never match.
    private func requireChoices(of list: GuardSyntax, in type: GuardType) throws(GuardProblem) {
        guard case .list(let elements) = list.kind, case .choice(let choices) = type else { return }
        for element in elements {
            guard case .literal(.string(let text)) = element.kind, !choices.contains(text) else { continue }
            throw GuardProblem(.type, at: element.offset, "'\(text)' never occurs here; expected \(type)")
        }
    }

    private func equality(
        _ operation: GuardSyntax.Binary, _ left: GuardSyntax, _ right: GuardSyntax, at offset: Int
    ) throws(GuardProblem) -> GuardCompiled {
        let (first, second) = adapted(try compile(left), try compile(right))
        try requireComparable(first.type, second.type, at: offset)
        let (firstCode, secondCode) = (first.code, second.code)
        let isNegated = operation == .unequal
        return GuardCompiled(.bool) { frame throws(ExpressionError) in
            let left = try firstCode(frame)
            let right = try secondCode(frame)
            return .json(.bool(GuardArithmetic.areEqual(left, right) != isNegated))
        }
    }

    private func requireComparable(
        _ left: GuardType, _ right: GuardType, at offset: Int
    ) throws(GuardProblem) {
        guard !left.canEqual(right) else { return }
        let hint =
            [left, right].contains(.int) && [left, right].contains(.double) ? "; convert with double() or int()" : ""
        throw GuardProblem(.type, at: offset, "\(left) is never equal to \(right)\(hint)")
    }

    private func ordering(
        _ operation: GuardSyntax.Binary, _ left: GuardSyntax, _ right: GuardSyntax, at offset: Int
    ) throws(GuardProblem) -> GuardCompiled {
        let (first, second) = (try compile(left), try compile(right))
        let ordered: [GuardType] = [.int, .double, .bool, .timestamp, .duration]
        let isNumeric = [first.type, second.type].allSatisfy { $0 == .int || $0 == .double }
        let fits =
            first.type == .dyn || second.type == .dyn || isNumeric || (first.type.isString && second.type.isString)
            || (first.type == second.type && ordered.contains(first.type))
        guard fits else {
            throw GuardProblem(
                .type, at: offset, "'\(operation.rawValue)' cannot order \(first.type) and \(second.type)")
        }
        let (firstCode, secondCode) = (first.code, second.code)
        return GuardCompiled(.bool) { frame throws(ExpressionError) in
            guard let order = try GuardArithmetic.order(firstCode(frame), secondCode(frame)) else {
                return .json(false)
            }
            switch operation {
            case .less: return .json(.bool(order < 0))
            case .lessOrEqual: return .json(.bool(order <= 0))
            case .greater: return .json(.bool(order > 0))
            default: return .json(.bool(order >= 0))
            }
        }
    }

    private func arithmetic(
        _ operation: GuardSyntax.Binary, _ left: GuardSyntax, _ right: GuardSyntax, at offset: Int
    ) throws(GuardProblem) -> GuardCompiled {
        let (first, second) = adapted(try compile(left), try compile(right))
        guard let type = Self.result(of: operation, first.type, second.type) else {
            let hint = [first.type, second.type].contains(.double) ? "; convert with double() or int()" : ""
            throw GuardProblem(
                .type, at: offset,
                "'\(operation.rawValue)' has no meaning between \(first.type) and \(second.type)\(hint)")
        }
        let (firstCode, secondCode) = (first.code, second.code)
        return GuardCompiled(type) { frame throws(ExpressionError) in
            let (left, right) = (try firstCode(frame), try secondCode(frame))
            try frame.fuel.spend((left.joinedSize + right.joinedSize) / GuardLimits.joined)
            return try GuardArithmetic.apply(operation, left, right)
        }
    }

    private static func result(
        of operation: GuardSyntax.Binary, _ left: GuardType, _ right: GuardType
    ) -> GuardType? {
        switch (left, operation, right) {
        case (.dyn, _, _), (_, _, .dyn): .dyn
        case (.int, _, .int): .int
        case (.double, _, .double): operation == .remainder ? nil : .double
        case (let left, .plus, let right) where left.isString && right.isString: .string
        case (.list(let left), .plus, .list(let right)): .list(left.unified(with: right) ?? .dyn)
        case (.timestamp, .plus, .duration), (.duration, .plus, .timestamp), (.timestamp, .minus, .duration): .timestamp
        case (.timestamp, .minus, .timestamp), (.duration, .plus, .duration), (.duration, .minus, .duration): .duration
        default: nil
        }
    }

    /// A literal integer beside a double is a double.
    private func adapted(_ left: GuardCompiled, _ right: GuardCompiled) -> (GuardCompiled, GuardCompiled) {
        if left.isIntegerLiteral, right.type == .double { return (left.asDouble, right) }
        if right.isIntegerLiteral, left.type == .double { return (left, right.asDouble) }
        return (left, right)
    }

    func conditional(
        _ condition: GuardSyntax, _ yes: GuardSyntax, _ no: GuardSyntax, at offset: Int
    ) throws(GuardProblem) -> GuardCompiled {
        let test = try boolean(condition)
        var (whenTrue, whenFalse) = (self, self)
        whenTrue.present.formUnion(condition.present(when: true))
        whenFalse.present.formUnion(condition.present(when: false))
        let (first, second) = adapted(try whenTrue.compile(yes), try whenFalse.compile(no))
        guard let type = first.type.unified(with: second.type) else {
            throw GuardProblem(
                .type, at: offset, "both sides of ':' must have one type, found \(first.type) and \(second.type)")
        }
        let (firstCode, secondCode) = (first.code, second.code)
        return GuardCompiled(type) { frame throws(ExpressionError) in
            try test(frame).bool() ? try firstCode(frame) : try secondCode(frame)
        }
    }
}

extension GuardSyntax {
    /// Paths that `has()` has shown to be there when this expression came out as given.
    func present(when outcome: Bool) -> Set<String> {
        switch kind {
        case .call(nil, "has", let arguments):
            return outcome ? Set(arguments.compactMap(\.path)) : []
        case .unary(.not, let operand):
            return operand.present(when: !outcome)
        case .binary(.and, let left, let right), .binary(.or, let left, let right):
            let (left, right) = (left.present(when: outcome), right.present(when: outcome))
            guard case .binary(let operation, _, _) = kind else { return [] }
            return (operation == .and) == outcome ? left.union(right) : left.intersection(right)
        default:
            return []
        }
    }
}
