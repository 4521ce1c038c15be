import JSONValue
import Statechart

/// The operators on values. The checker has refused what cannot fit; what was not declared is checked here.
enum GuardArithmetic {
    static func apply(
        _ operation: GuardSyntax.Binary, _ left: GuardValue, _ right: GuardValue
    ) throws(ExpressionError) -> GuardValue {
        switch (left, right) {
        case (.json(.int(let left)), .json(.int(let right))): return .json(.int(try integer(operation, left, right)))
        case (.json(.string(let left)), .json(.string(let right))) where operation == .plus:
            return .json(.string(left + right))
        case (.json(.array(let left)), .json(.array(let right))) where operation == .plus:
            return .json(.array(left + right))
        case (.json(let left), .json(let right)):
            if let first = left.number, let second = right.number, operation != .remainder {
                return .json(.double(double(operation, first, second)))
            }
        default:
            if let value = try time(operation, left, right) { return value }
        }
        throw ExpressionError("\(left.typeName) \(operation.rawValue) \(right.typeName) has no meaning")
    }

    private static func integer(
        _ operation: GuardSyntax.Binary, _ left: Int64, _ right: Int64
    ) throws(ExpressionError) -> Int64 {
        let result: (partialValue: Int64, overflow: Bool)
        switch operation {
        case .plus: result = left.addingReportingOverflow(right)
        case .minus: result = left.subtractingReportingOverflow(right)
        case .times: result = left.multipliedReportingOverflow(by: right)
        case .divided, .remainder:
            guard right != 0 else { throw ExpressionError("division by zero") }
            result =
                operation == .divided
                ? left.dividedReportingOverflow(by: right) : left.remainderReportingOverflow(dividingBy: right)
        default: throw ExpressionError("int \(operation.rawValue) int has no meaning")
        }
        guard !result.overflow else {
            throw ExpressionError("\(left) \(operation.rawValue) \(right) does not fit into 64 bits")
        }
        return result.partialValue
    }

    private static func double(_ operation: GuardSyntax.Binary, _ left: Double, _ right: Double) -> Double {
        switch operation {
        case .plus: left + right
        case .minus: left - right
        case .times: left * right
        default: left / right
        }
    }

    private static func time(
        _ operation: GuardSyntax.Binary, _ left: GuardValue, _ right: GuardValue
    ) throws(ExpressionError) -> GuardValue? {
        switch (left, operation, right) {
        case (.timestamp(let moment), .plus, .duration(let span)), (.duration(let span), .plus, .timestamp(let moment)):
            return .timestamp(
                Timestamp(microseconds: try integer(.plus, moment.microseconds, try microseconds(span))))
        case (.timestamp(let moment), .minus, .duration(let span)):
            return .timestamp(
                Timestamp(microseconds: try integer(.minus, moment.microseconds, try microseconds(span))))
        case (.timestamp(let later), .minus, .timestamp(let earlier)):
            return .duration(.microseconds(try integer(.minus, later.microseconds, earlier.microseconds)))
        case (.duration(let left), .plus, .duration(let right)):
            return .duration(.microseconds(try integer(.plus, try microseconds(left), try microseconds(right))))
        case (.duration(let left), .minus, .duration(let right)):
            return .duration(.microseconds(try integer(.minus, try microseconds(left), try microseconds(right))))
        default: return nil
        }
    }

    /// A duration in microseconds, without the trap of an overflow.
    static func microseconds(_ span: Duration) throws(ExpressionError) -> Int64 {
        let seconds = try integer(.times, span.components.seconds, 1_000_000)
        return try integer(.plus, seconds, span.components.attoseconds / 1_000_000_000_000)
    }

    static func negate(_ value: GuardValue) throws(ExpressionError) -> GuardValue {
        switch value {
        case .json(.int(let number)): .json(.int(try integer(.minus, 0, number)))
        case .json(.double(let number)): .json(.double(-number))
        case .duration(let span): .duration(.microseconds(try integer(.minus, 0, try microseconds(span))))
        default: throw value.mismatch("a number")
        }
    }

    /// Less than zero, zero or more, as the left value stands to the right one; nil for a number that is none.
    static func order(_ left: GuardValue, _ right: GuardValue) throws(ExpressionError) -> Int? {
        switch (left, right) {
        case (.json(.int(let left)), .json(.int(let right))): return compare(left, right)
        case (.json(.string(let left)), .json(.string(let right))):
            return left.unicodeScalars.lexicographicallyPrecedes(right.unicodeScalars)
                ? -1 : right.unicodeScalars.lexicographicallyPrecedes(left.unicodeScalars) ? 1 : 0
        case (.json(.bool(let left)), .json(.bool(let right))): return compare(left ? 1 : 0, right ? 1 : 0)
        case (.timestamp(let left), .timestamp(let right)): return compare(left.microseconds, right.microseconds)
        case (.duration(let left), .duration(let right)): return compare(left, right)
        case (.json(let first), .json(let second)):
            if let left = first.number, let right = second.number {
                return left.isNaN || right.isNaN ? nil : compare(left, right)
            }
        default: break
        }
        throw ExpressionError("a \(left.typeName) and a \(right.typeName) cannot be ordered")
    }

    private static func compare<Value: Comparable>(_ left: Value, _ right: Value) -> Int {
        left < right ? -1 : left > right ? 1 : 0
    }

    static func areEqual(_ left: GuardValue, _ right: GuardValue) -> Bool {
        switch (left, right) {
        case (.json(let left), .json(let right)): left.equals(right)
        case (.timestamp(let left), .timestamp(let right)): left == right
        case (.duration(let left), .duration(let right)): left == right
        default: false
        }
    }
}

extension JSON {
    /// The number as a double, for what is no integer arithmetic.
    fileprivate var number: Double? {
        switch self {
        case .int(let value): Double(value)
        case .double(let value): value
        default: nil
        }
    }

    /// Deep equality: numbers by value whatever their kind, strings by their code points.
    func equals(_ other: JSON) -> Bool {
        switch (self, other) {
        case (.int(let left), .int(let right)): left == right
        case (.int(let whole), .double(let double)), (.double(let double), .int(let whole)):
            Int64(exactly: double) == whole
        case (.double(let left), .double(let right)): left == right
        case (.string(let left), .string(let right)): left.utf8.elementsEqual(right.utf8)
        case (.array(let left), .array(let right)):
            left.count == right.count && zip(left, right).allSatisfy { $0.equals($1) }
        case (.object(let left), .object(let right)):
            left.count == right.count && left.allSatisfy { right[$0.key]?.equals($0.value) == true }
        default: self == other
        }
    }
}
