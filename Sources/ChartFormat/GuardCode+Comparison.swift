import JSONValue
import Statechart

/// Comparisons over unwrapped operands; a literal on the right becomes part of the code.
extension GuardCode {
    /// `left operation right`, both of a type for which the checker found the comparison to have a meaning.
    static func comparison(_ operation: GuardSyntax.Binary, _ left: GuardCompiled, _ right: GuardCompiled) -> GuardCode
    {
        if left.literal != nil, right.literal == nil {
            return comparison(operation.mirrored, right, left)
        }
        switch (left.type, right.type) {
        case (.int, .int):
            if case .int(let value) = right.literal { return .bool(integers(operation, left.code.int, value)) }
            return .bool(integers(operation, left.code.int, right.code.int))
        case (.double, .double):
            if case .double(let value) = right.literal { return .bool(doubles(operation, left.code.double, value)) }
            return .bool(doubles(operation, left.code.double, right.code.double))
        case (let first, let second) where first.isString && second.isString:
            return .bool(strings(operation, left.code.string, right))
        case (.bool, .bool) where operation == .equal || operation == .unequal:
            let (first, second, isEqual) = (left.code.bool, right.code.bool, operation == .equal)
            return .bool { scope, frame throws(ExpressionError) in
                (try first(scope, frame) == (try second(scope, frame))) == isEqual
            }
        default: return .bool(values(operation, left.code.value, right.code.value))
        }
    }

    private static func integers(
        _ operation: GuardSyntax.Binary, _ left: @escaping GuardRead<Int64>, _ value: Int64
    ) -> GuardRead<Bool> {
        switch operation {
        case .less: { scope, frame throws(ExpressionError) in try left(scope, frame) < value }
        case .lessOrEqual: { scope, frame throws(ExpressionError) in try left(scope, frame) <= value }
        case .greater: { scope, frame throws(ExpressionError) in try left(scope, frame) > value }
        case .greaterOrEqual: { scope, frame throws(ExpressionError) in try left(scope, frame) >= value }
        case .unequal: { scope, frame throws(ExpressionError) in try left(scope, frame) != value }
        default: { scope, frame throws(ExpressionError) in try left(scope, frame) == value }
        }
    }

    private static func integers(
        _ operation: GuardSyntax.Binary, _ left: @escaping GuardRead<Int64>, _ right: @escaping GuardRead<Int64>
    ) -> GuardRead<Bool> {
        switch operation {
        case .less: { scope, frame throws(ExpressionError) in try left(scope, frame) < (try right(scope, frame)) }
        case .greater: { scope, frame throws(ExpressionError) in try left(scope, frame) > (try right(scope, frame)) }
        default:
            { scope, frame throws(ExpressionError) in
                let first = try left(scope, frame)
                return GuardComparison.holds(operation, GuardComparison.order(first, try right(scope, frame)))
            }
        }
    }

    private static func doubles(
        _ operation: GuardSyntax.Binary, _ left: @escaping GuardRead<Double>, _ value: Double
    ) -> GuardRead<Bool> {
        switch operation {
        case .less: { scope, frame throws(ExpressionError) in try left(scope, frame) < value }
        case .lessOrEqual: { scope, frame throws(ExpressionError) in try left(scope, frame) <= value }
        case .greater: { scope, frame throws(ExpressionError) in try left(scope, frame) > value }
        case .greaterOrEqual: { scope, frame throws(ExpressionError) in try left(scope, frame) >= value }
        case .unequal: { scope, frame throws(ExpressionError) in try left(scope, frame) != value }
        default: { scope, frame throws(ExpressionError) in try left(scope, frame) == value }
        }
    }

    private static func doubles(
        _ operation: GuardSyntax.Binary, _ left: @escaping GuardRead<Double>, _ right: @escaping GuardRead<Double>
    ) -> GuardRead<Bool> {
        { scope, frame throws(ExpressionError) in
            let first = try left(scope, frame)
            return GuardComparison.holds(operation, GuardComparison.order(first, try right(scope, frame)))
        }
    }

    private static func strings(
        _ operation: GuardSyntax.Binary, _ left: @escaping GuardRead<String>, _ right: GuardCompiled
    ) -> GuardRead<Bool> {
        let isEqual = operation == .equal
        if isEqual || operation == .unequal, case .string(let value) = right.literal {
            let text = GuardText(value)
            return { scope, frame throws(ExpressionError) in text.equals(try left(scope, frame)) == isEqual }
        }
        let right = right.code.string
        return { scope, frame throws(ExpressionError) in
            let (first, second) = (try left(scope, frame), try right(scope, frame))
            try frame?.spend(bytes: min(first.utf8.count, second.utf8.count))
            if isEqual || operation == .unequal { return GuardComparison.areSame(first, second) == isEqual }
            return GuardComparison.holds(operation, GuardComparison.order(first, second))
        }
    }

    private static func values(
        _ operation: GuardSyntax.Binary, _ left: @escaping GuardRead<GuardValue>,
        _ right: @escaping GuardRead<GuardValue>
    ) -> GuardRead<Bool> {
        if operation == .equal || operation == .unequal {
            return { scope, frame throws(ExpressionError) in
                let first = try left(scope, frame)
                let areEqual = try GuardComparison.areEqual(first, try right(scope, frame), frame)
                return areEqual == (operation == .equal)
            }
        }
        return { scope, frame throws(ExpressionError) in
            let first = try left(scope, frame)
            return GuardComparison.holds(operation, try GuardComparison.order(first, try right(scope, frame)))
        }
    }
}

extension GuardSyntax.Binary {
    /// The comparison with its sides exchanged.
    fileprivate var mirrored: GuardSyntax.Binary {
        switch self {
        case .less: .greater
        case .lessOrEqual: .greaterOrEqual
        case .greater: .less
        case .greaterOrEqual: .lessOrEqual
        default: self
        }
    }
}

/// A literal text, compared with many others.
struct GuardText: Sendable {
    let text: String
    private let count: Int
    private let isASCII: Bool

    init(_ text: String) {
        self.text = text
        count = text.utf8.count
        isASCII = text.utf8.allSatisfy { $0 < 0x80 }
    }

    /// Equality by code points. A text of as many bytes that Swift finds equal to ASCII is that ASCII: characters that
    /// only look alike take more bytes.
    func equals(_ other: String) -> Bool {
        guard other.utf8.count == count, other == text else { return false }
        return isASCII || other.utf8.elementsEqual(text.utf8)
    }
}
