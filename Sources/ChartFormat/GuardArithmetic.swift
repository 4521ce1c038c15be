import JSONValue
import Statechart

/// The arithmetic operators on values. The checker has refused what cannot fit; what was not declared is checked here.
enum GuardArithmetic {
    static func apply(
        _ operation: GuardSyntax.Binary, _ left: GuardValue, _ right: GuardValue, _ frame: GuardFrame?
    ) throws(ExpressionError) -> GuardValue {
        switch (left, right) {
        case (.json(.int(let left)), .json(.int(let right))): return .json(.int(try integer(operation, left, right)))
        case (.json(.string(let left)), .json(.string(let right))) where operation == .plus:
            return .json(.string(try joined(left, right, frame)))
        case (.json(.array(let left)), .json(.array(let right))) where operation == .plus:
            return .json(.array(try joined(left, right, frame)))
        case (.json(let left), .json(let right)):
            if let first = left.double, let second = right.double, operation != .remainder {
                return .json(.double(double(operation, first, second)))
            }
        default:
            if let value = try GuardTime.apply(operation, left, right) { return value }
        }
        throw ExpressionError("\(left.typeName) \(operation.rawValue) \(right.typeName) has no meaning")
    }

    static func integer(
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

    static func double(_ operation: GuardSyntax.Binary, _ left: Double, _ right: Double) -> Double {
        switch operation {
        case .plus: left + right
        case .minus: left - right
        case .times: left * right
        default: left / right
        }
    }

    static func joined(_ left: String, _ right: String, _ frame: GuardFrame?) throws(ExpressionError) -> String {
        let length = left.utf8.count + right.utf8.count
        guard length <= GuardLimits.made else {
            throw ExpressionError("'+' would make a text of more than \(GuardLimits.made) bytes")
        }
        try frame?.spend(bytes: length)
        return left + right
    }

    private static func joined(
        _ left: [JSON], _ right: [JSON], _ frame: GuardFrame?
    ) throws(ExpressionError) -> [JSON] {
        let count = left.count + right.count
        guard count <= GuardLimits.made else {
            throw ExpressionError("'+' would make a list of more than \(GuardLimits.made) elements")
        }
        try frame?.spend(count)
        return left + right
    }

    static func negate(_ value: GuardValue) throws(ExpressionError) -> GuardValue {
        switch value {
        case .json(.int(let number)): .json(.int(try negate(number)))
        case .json(.double(let number)): .json(.double(-number))
        case .duration(let span): .duration(try GuardTime.checked(span: 0 - span))
        default: throw value.mismatch("a number")
        }
    }

    static func negate(_ number: Int64) throws(ExpressionError) -> Int64 { try integer(.minus, 0, number) }
}
