import JSONValue
import Statechart

/// Compiled code that computes one value. The frame is nil in expressions without macros.
typealias GuardRead<Value> = @Sendable (Scope, GuardFrame?) throws(ExpressionError) -> Value

/// Compiled code in the narrowest form that its type allows, so that numbers, booleans and short texts are computed
/// without being wrapped.
enum GuardCode: Sendable {
    case bool(GuardRead<Bool>)
    case int(GuardRead<Int64>)
    case double(GuardRead<Double>)
    case string(GuardRead<String>)
    case value(GuardRead<GuardValue>)

    init(constant: JSON) {
        switch constant {
        case .bool(let value): self = .bool { _, _ in value }
        case .int(let value): self = .int { _, _ in value }
        case .double(let value): self = .double { _, _ in value }
        case .string(let value): self = .string { _, _ in value }
        default: self = .value { _, _ in .json(constant) }
        }
    }

    /// Code that reads JSON which should be of a type: what has another scalar type is an error.
    init(_ type: GuardType, _ name: String, _ read: @escaping GuardRead<JSON>) {
        switch type {
        case .bool:
            self = .bool { scope, frame throws(ExpressionError) in try read(scope, frame).requiredBool(name) }
        case .int:
            self = .int { scope, frame throws(ExpressionError) in try read(scope, frame).requiredInt(name) }
        case .double:
            self = .double { scope, frame throws(ExpressionError) in try read(scope, frame).requiredDouble(name) }
        case .string, .choice:
            self = .string { scope, frame throws(ExpressionError) in try read(scope, frame).requiredString(name) }
        case .nullable(let type):
            self = .value { scope, frame throws(ExpressionError) in
                let value = try read(scope, frame)
                return value.isNull ? .json(value) : try value.typed(type, name)
            }
        default:
            self = .value { scope, frame throws(ExpressionError) in .json(try read(scope, frame)) }
        }
    }
}

/// The code in another form. A value of another type than asked for is an error of evaluation.
extension GuardCode {
    var bool: GuardRead<Bool> {
        if case .bool(let read) = self { return read }
        let read = value
        return { scope, frame throws(ExpressionError) in try read(scope, frame).bool() }
    }

    var int: GuardRead<Int64> {
        if case .int(let read) = self { return read }
        let read = value
        return { scope, frame throws(ExpressionError) in
            let value = try read(scope, frame)
            guard case .json(.int(let number)) = value else { throw value.mismatch("int") }
            return number
        }
    }

    /// Any number as a double.
    var double: GuardRead<Double> {
        switch self {
        case .double(let read): return read
        case .int(let read): return { scope, frame throws(ExpressionError) in Double(try read(scope, frame)) }
        default:
            let read = value
            return { scope, frame throws(ExpressionError) in
                let value = try read(scope, frame)
                guard case .json(let json) = value, let number = json.double else { throw value.mismatch("double") }
                return number
            }
        }
    }

    var string: GuardRead<String> {
        if case .string(let read) = self { return read }
        let read = value
        return { scope, frame throws(ExpressionError) in try read(scope, frame).string() }
    }

    var value: GuardRead<GuardValue> {
        if case .value(let read) = self { return read }
        let read = json
        return { scope, frame throws(ExpressionError) in .json(try read(scope, frame)) }
    }

    var json: GuardRead<JSON> {
        switch self {
        case .bool(let read): { scope, frame throws(ExpressionError) in .bool(try read(scope, frame)) }
        case .int(let read): { scope, frame throws(ExpressionError) in .int(try read(scope, frame)) }
        case .double(let read): { scope, frame throws(ExpressionError) in .double(try read(scope, frame)) }
        case .string(let read): { scope, frame throws(ExpressionError) in .string(try read(scope, frame)) }
        case .value(let read): { scope, frame throws(ExpressionError) in try read(scope, frame).json() }
        }
    }

    /// What the context or a list can hold: JSON, and finite numbers only.
    var stored: GuardRead<JSON> {
        switch self {
        case .bool, .int, .string: return json
        case .double(let read):
            return { scope, frame throws(ExpressionError) in .double(try read(scope, frame).finite()) }
        case .value(let read):
            return { scope, frame throws(ExpressionError) in try read(scope, frame).stored() }
        }
    }
}
