import JSONValue
import Statechart

/// A value while an expression is evaluated: JSON, and the two kinds of time that JSON does not have.
enum GuardValue: Sendable {
    case json(JSON)
    case timestamp(Timestamp)
    /// Microseconds.
    case duration(Int64)

    /// The value as the context can hold it.
    func stored() throws(ExpressionError) -> JSON {
        guard case .json(let value) = self else {
            throw ExpressionError("a \(typeName) cannot be stored; use string()")
        }
        if case .double(let number) = value { return .double(try number.finite()) }
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

    /// The elements of a list; the keys of a map.
    func elements() throws(ExpressionError) -> [JSON] {
        switch self {
        case .json(.array(let elements)): return elements
        case .json(.object(let members)): return members.keys.map(JSON.string)
        default: throw mismatch("list or a map")
        }
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

extension Double {
    func finite() throws(ExpressionError) -> Double {
        guard isFinite else { throw ExpressionError("the result is not a finite number") }
        return self
    }
}

/// A value as a declared type has it: an integer where a double is declared becomes one, and the other way round when
/// nothing is lost. Another scalar than declared is an error.
extension JSON {
    func requiredBool(_ name: String) throws(ExpressionError) -> Bool {
        guard case .bool(let value) = self else { throw shouldBe(.bool, name) }
        return value
    }

    func requiredInt(_ name: String) throws(ExpressionError) -> Int64 {
        if case .int(let value) = self { return value }
        guard let value = int else { throw shouldBe(.int, name) }
        return value
    }

    func requiredDouble(_ name: String) throws(ExpressionError) -> Double {
        if case .double(let value) = self { return value }
        guard let value = double else { throw shouldBe(.double, name) }
        return value
    }

    func requiredString(_ name: String) throws(ExpressionError) -> String {
        guard case .string(let value) = self else { throw shouldBe(.string, name) }
        return value
    }

    func typed(_ type: GuardType, _ name: String) throws(ExpressionError) -> GuardValue {
        switch type {
        case .int: return .json(.int(try requiredInt(name)))
        case .double: return .json(.double(try requiredDouble(name)))
        case .bool: return .json(.bool(try requiredBool(name)))
        case .string, .choice: return .json(.string(try requiredString(name)))
        default: return .json(self)
        }
    }

    private func shouldBe(_ type: GuardType, _ name: String) -> ExpressionError {
        ExpressionError("'\(name)' should be \(type), but is \(GuardValue.json(self).typeName)")
    }
}

extension Scope {
    /// `event` as a value of its own: the payload with the event's name as `type`.
    var wholeEvent: JSON {
        guard case .object(var members) = event else { return event }
        members["type"] = .string(eventName)
        return .object(members)
    }
}
