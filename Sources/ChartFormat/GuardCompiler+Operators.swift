import JSONValue
import Statechart

extension GuardCompiler {
    func unary(
        _ operation: GuardSyntax.Unary, _ operand: GuardSyntax, at offset: Int
    ) throws(GuardProblem) -> GuardCompiled {
        if operation == .not {
            let read = try boolean(operand)
            return GuardCompiled(.bool, .bool { scope, frame throws(ExpressionError) in !(try read(scope, frame)) })
        }
        let compiled = try self.operand(operand)
        switch compiled.type {
        case .int:
            let read = compiled.code.int
            return GuardCompiled(
                .int, .int { scope, frame throws(ExpressionError) in try GuardArithmetic.negate(read(scope, frame)) })
        case .double:
            let read = compiled.code.double
            return GuardCompiled(.double, .double { scope, frame throws(ExpressionError) in -(try read(scope, frame)) })
        case .duration, .dyn:
            let read = compiled.code.value
            return GuardCompiled(
                compiled.type,
                .value { scope, frame throws(ExpressionError) in try GuardArithmetic.negate(read(scope, frame)) })
        default: throw GuardProblem(.type, at: offset, "'-' expects a number, found \(compiled.type)")
        }
    }

    /// The code of an expression that must be a boolean.
    func boolean(_ syntax: GuardSyntax) throws(GuardProblem) -> GuardRead<Bool> {
        let compiled = try operand(syntax)
        guard compiled.type == .bool || compiled.type == .dyn else {
            throw GuardProblem(.type, at: syntax.offset, "expected bool, found \(compiled.type)")
        }
        return compiled.code.bool
    }

    /// An expression that is worked with: it must have been shown not to be null.
    func operand(_ syntax: GuardSyntax) throws(GuardProblem) -> GuardCompiled {
        let compiled = try compile(syntax)
        guard case .nullable = compiled.type else { return compiled }
        let name = syntax.path ?? "…"
        throw GuardProblem(
            .type, at: syntax.offset, "'\(name)' may be null: ask '\(name) != null' first, with '&&' or '? :'")
    }

    func binary(
        _ operation: GuardSyntax.Binary, _ left: GuardSyntax, _ right: GuardSyntax, at offset: Int
    ) throws(GuardProblem) -> GuardCompiled {
        switch operation {
        case .and, .or: try logical(operation, left, right)
        case .member: try membership(left, right, at: offset)
        case .equal, .unequal: try equality(operation, left, right, at: offset)
        case .less, .lessOrEqual, .greater, .greaterOrEqual: try ordering(operation, left, right, at: offset)
        case .plus, .minus, .times, .divided, .remainder: try arithmetic(operation, left, right, at: offset)
        }
    }

    /// `&&` and `||` as CEL has them: an operand that decides makes the other's error irrelevant, on either side.
    private func logical(
        _ operation: GuardSyntax.Binary, _ left: GuardSyntax, _ right: GuardSyntax
    ) throws(GuardProblem) -> GuardCompiled {
        let decisive = operation == .or
        let first = try boolean(left)
        let second = try knowing(left.facts(when: !decisive)).boolean(right)
        return GuardCompiled(
            .bool,
            .bool { scope, frame throws(ExpressionError) in
                var problem: ExpressionError?
                do throws(ExpressionError) {
                    if try first(scope, frame) == decisive { return decisive }
                } catch {
                    problem = error
                }
                guard let problem else { return try second(scope, frame) }
                let value: Bool
                do throws(ExpressionError) { value = try second(scope, frame) } catch { throw problem }
                guard value == decisive else { throw problem }
                return value
            })
    }

    private func ordering(
        _ operation: GuardSyntax.Binary, _ left: GuardSyntax, _ right: GuardSyntax, at offset: Int
    ) throws(GuardProblem) -> GuardCompiled {
        let (first, second) = adapted(try operand(left), try operand(right))
        let ordered: [GuardType] = [.int, .double, .bool, .timestamp, .duration]
        let isNumeric = first.type.isNumber && second.type.isNumber
        let fits =
            first.type == .dyn || second.type == .dyn || isNumeric || (first.type.isString && second.type.isString)
            || (first.type == second.type && ordered.contains(first.type))
        guard fits else {
            throw GuardProblem(
                .type, at: offset, "'\(operation.rawValue)' cannot order \(first.type) and \(second.type)")
        }
        return GuardCompiled(.bool, .comparison(operation, first, second))
    }

    private func arithmetic(
        _ operation: GuardSyntax.Binary, _ left: GuardSyntax, _ right: GuardSyntax, at offset: Int
    ) throws(GuardProblem) -> GuardCompiled {
        let (first, second) = adapted(try operand(left), try operand(right))
        guard let type = Self.result(of: operation, first.type, second.type) else {
            let hint = [first.type, second.type].contains(.double) ? "; convert with double() or int()" : ""
            throw GuardProblem(
                .type, at: offset,
                "'\(operation.rawValue)' has no meaning between \(first.type) and \(second.type)\(hint)")
        }
        return GuardCompiled(type, Self.arithmetic(operation, type, first.code, second.code))
    }

    private static func arithmetic(
        _ operation: GuardSyntax.Binary, _ type: GuardType, _ left: GuardCode, _ right: GuardCode
    ) -> GuardCode {
        switch type {
        case .int:
            let (first, second) = (left.int, right.int)
            return .int { scope, frame throws(ExpressionError) in
                try GuardArithmetic.integer(operation, first(scope, frame), second(scope, frame))
            }
        case .double:
            let (first, second) = (left.double, right.double)
            return .double { scope, frame throws(ExpressionError) in
                GuardArithmetic.double(operation, try first(scope, frame), try second(scope, frame))
            }
        case .string:
            let (first, second) = (left.string, right.string)
            return .string { scope, frame throws(ExpressionError) in
                try GuardArithmetic.joined(first(scope, frame), second(scope, frame), frame)
            }
        default:
            let (first, second) = (left.value, right.value)
            return .value { scope, frame throws(ExpressionError) in
                try GuardArithmetic.apply(operation, first(scope, frame), second(scope, frame), frame)
            }
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
    func adapted(_ left: GuardCompiled, _ right: GuardCompiled) -> (GuardCompiled, GuardCompiled) {
        if right.type == .double { return (left.asDouble, right) }
        if left.type == .double { return (left, right.asDouble) }
        return (left, right)
    }

    func conditional(
        _ condition: GuardSyntax, _ yes: GuardSyntax, _ no: GuardSyntax, at offset: Int
    ) throws(GuardProblem) -> GuardCompiled {
        let test = try boolean(condition)
        let (first, second) = adapted(
            try knowing(condition.facts(when: true)).compile(yes),
            try knowing(condition.facts(when: false)).compile(no))
        guard let type = first.type.unified(with: second.type) else {
            throw GuardProblem(
                .type, at: offset, "both sides of ':' must have one type, found \(first.type) and \(second.type)")
        }
        return GuardCompiled(type, .conditional(test, first.code, second.code, type))
    }
}

extension GuardCode {
    static func conditional(
        _ test: @escaping GuardRead<Bool>, _ yes: GuardCode, _ no: GuardCode, _ type: GuardType
    ) -> GuardCode {
        switch type {
        case .bool:
            let (yes, no) = (yes.bool, no.bool)
            return .bool { scope, frame throws(ExpressionError) in
                try test(scope, frame) ? try yes(scope, frame) : try no(scope, frame)
            }
        case .int:
            let (yes, no) = (yes.int, no.int)
            return .int { scope, frame throws(ExpressionError) in
                try test(scope, frame) ? try yes(scope, frame) : try no(scope, frame)
            }
        default:
            let (yes, no) = (yes.value, no.value)
            return .value { scope, frame throws(ExpressionError) in
                try test(scope, frame) ? try yes(scope, frame) : try no(scope, frame)
            }
        }
    }
}
