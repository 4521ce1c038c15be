import JSONValue
import Statechart

/// Equality and order of values.
enum GuardComparison {
    enum Order { case less, same, greater }

    /// How the left value stands to the right one; nil beside a number that is none.
    static func order(_ left: GuardValue, _ right: GuardValue) throws(ExpressionError) -> Order? {
        switch (left, right) {
        case (.json(.int(let left)), .json(.int(let right))): return order(left, right)
        case (.json(.double(let left)), .json(.double(let right))): return order(left, right)
        case (.json(.int(let left)), .json(.double(let right))): return order(left, right)
        case (.json(.double(let left)), .json(.int(let right))): return order(right, left)?.reversed
        case (.json(.string(let left)), .json(.string(let right))): return order(left, right)
        case (.json(.bool(let left)), .json(.bool(let right))):
            return order(left ? 1 : 0 as Int64, right ? 1 : 0 as Int64)
        case (.timestamp(let left), .timestamp(let right)): return order(left.microseconds, right.microseconds)
        case (.duration(let left), .duration(let right)): return order(left, right)
        default: throw ExpressionError("a \(left.typeName) and a \(right.typeName) cannot be ordered")
        }
    }

    static func order(_ left: Int64, _ right: Int64) -> Order { left < right ? .less : left > right ? .greater : .same }

    static func order(_ left: Double, _ right: Double) -> Order? {
        left < right ? .less : left > right ? .greater : left == right ? .same : nil
    }

    /// By their exact values: no integer is rounded to a double.
    private static func order(_ whole: Int64, _ number: Double) -> Order? {
        guard !number.isNaN else { return nil }
        let floor = number.rounded(.down)
        guard let integer = Int64(exactly: floor) else { return number < 0 ? .greater : .less }
        return whole == integer ? (number > floor ? .less : .same) : order(whole, integer)
    }

    /// By code points, which is the order of the bytes of UTF-8.
    static func order(_ left: String, _ right: String) -> Order {
        if left.utf8.lexicographicallyPrecedes(right.utf8) { return .less }
        return areSame(left, right) ? .same : .greater
    }

    /// Strings are equal by their code points. Swift's `==` is the quick first question; it also takes for equal what
    /// only looks alike.
    static func areSame(_ left: String, _ right: String) -> Bool {
        left == right && left.utf8.count == right.utf8.count && (left.utf8.elementsEqual(right.utf8))
    }

    static func holds(_ operation: GuardSyntax.Binary, _ order: Order?) -> Bool {
        switch operation {
        case .less: order == .less
        case .lessOrEqual: order == .less || order == .same
        case .greater: order == .greater
        case .greaterOrEqual: order == .greater || order == .same
        case .unequal: order != .same
        default: order == .same
        }
    }

    static func areEqual(
        _ left: GuardValue, _ right: GuardValue, _ frame: GuardFrame?
    ) throws(ExpressionError) -> Bool {
        switch (left, right) {
        case (.json(let left), .json(let right)): try left.equals(right, frame)
        case (.timestamp(let left), .timestamp(let right)): left == right
        case (.duration(let left), .duration(let right)): left == right
        default: false
        }
    }
}

extension GuardComparison.Order {
    var reversed: GuardComparison.Order {
        switch self {
        case .less: .greater
        case .same: .same
        case .greater: .less
        }
    }
}

extension JSON {
    /// Deep equality: numbers by value whatever their kind, strings by their code points.
    func equals(_ other: JSON, _ frame: GuardFrame?) throws(ExpressionError) -> Bool {
        switch (self, other) {
        case (.int(let left), .int(let right)): return left == right
        case (.int(let whole), .double(let double)), (.double(let double), .int(let whole)):
            return Int64(exactly: double) == whole
        case (.double(let left), .double(let right)): return left == right
        case (.string(let left), .string(let right)):
            try frame?.spend(bytes: left.utf8.count)
            return GuardComparison.areSame(left, right)
        case (.array(let left), .array(let right)):
            guard left.count == right.count else { return false }
            try frame?.spend(left.count)
            for (first, second) in zip(left, right) where try !first.equals(second, frame) { return false }
            return true
        case (.object(let left), .object(let right)):
            guard left.count == right.count else { return false }
            try frame?.spend(left.count)
            for (key, value) in left {
                guard let other = right[key], try value.equals(other, frame) else { return false }
            }
            return true
        default: return self == other
        }
    }

    /// True when the list has an equal element, or the map the key.
    func has(_ element: JSON, _ frame: GuardFrame?) throws(ExpressionError) -> Bool {
        switch self {
        case .array(let elements):
            try frame?.spend(elements.count)
            for candidate in elements where try candidate.equals(element, frame) { return true }
            return false
        case .object(let members): return element.string.map { members[$0] != nil } ?? false
        default: throw GuardValue.json(self).mismatch("a list or a map")
        }
    }
}
