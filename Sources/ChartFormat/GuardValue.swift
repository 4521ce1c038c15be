import JSONValue
import Statechart

/// A value while an expression is evaluated: JSON, and the two kinds of time that JSON does not have.
enum GuardValue: Sendable {
    case json(JSON)
    case timestamp(Timestamp)
    case duration(Duration)

    /// The value as the context can hold it.
    func stored() throws(ExpressionError) -> JSON {
        guard case .json(let value) = self else {
            throw ExpressionError("a \(typeName) cannot be stored; use string()")
        }
        if case .double(let number) = value, !number.isFinite {
            throw ExpressionError("the result is not a finite number")
        }
        return value
    }

    var typeName: String {
        switch self {
        case .timestamp: "timestamp"
        case .duration: "duration"
        case .json(let value):
            switch value {
            case .bool: "bool"
            case .int: "int"
            case .double: "double"
            case .object: "map"
            case .array: "list"
            case .null, .string: value.typeName
            }
        }
    }

    func json() throws(ExpressionError) -> JSON {
        guard case .json(let value) = self else { throw ExpressionError("a \(typeName) has no place here") }
        return value
    }

    func bool() throws(ExpressionError) -> Bool {
        guard case .json(.bool(let value)) = self else { throw mismatch("bool") }
        return value
    }

    func string() throws(ExpressionError) -> String {
        guard case .json(.string(let value)) = self else { throw mismatch("string") }
        return value
    }

    func list() throws(ExpressionError) -> [JSON] {
        guard case .json(.array(let elements)) = self else { throw mismatch("list") }
        return elements
    }

    func mismatch(_ expected: String) -> ExpressionError { ExpressionError("expected \(expected), found \(typeName)") }

    func member(_ name: String) throws(ExpressionError) -> JSON {
        guard case .json(.object(let object)) = self else {
            throw ExpressionError("expected a map with the member '\(name)', found \(typeName)")
        }
        guard let member = object[name] else { throw ExpressionError("there is no member '\(name)'") }
        return member
    }
}

extension JSON {
    /// The value as a declared type has it: an integer where a double is declared becomes one, and the other way round
    /// when nothing is lost. Another scalar than declared is an error.
    func typed(_ type: GuardType, _ name: String) throws(ExpressionError) -> GuardValue {
        switch type {
        case .int:
            if case .int = self { return .json(self) }
            if let value = int { return .json(.int(value)) }
        case .double:
            if case .double = self { return .json(self) }
            if let value = double { return .json(.double(value)) }
        case .bool:
            if case .bool = self { return .json(self) }
        case .string, .choice:
            if case .string = self { return .json(self) }
        default:
            return .json(self)
        }
        throw ExpressionError("'\(name)' should be \(type), but is \(GuardValue.json(self).typeName)")
    }
}

/// What the macros of one evaluation may still visit. Lives on the evaluating thread for one evaluation.
final class GuardFuel {
    private var left = GuardLimits.visits

    func spend(_ count: Int = 1) throws(ExpressionError) {
        guard left >= count else {
            throw ExpressionError("the expression visits more than \(GuardLimits.visits) elements")
        }
        left -= count
    }
}

extension GuardValue {
    /// What putting this behind or before another value has to copy.
    var joinedSize: Int {
        switch self {
        case .json(.string(let text)): text.utf8.count
        case .json(.array(let elements)): elements.count
        default: 0
        }
    }
}

/// What compiled code reads: the scope, and the variables of the macros around it.
struct GuardFrame {
    let scope: Scope
    let fuel: GuardFuel
    var locals: [JSON] = []
}

extension Scope {
    /// `event` as a value of its own: the payload with the event's name as `type`.
    var wholeEvent: JSON {
        guard case .object(var members) = event else { return event }
        members["type"] = .string(eventName)
        return .object(members)
    }
}

typealias GuardCode = @Sendable (GuardFrame) throws(ExpressionError) -> GuardValue
