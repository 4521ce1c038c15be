import ChartFormat
import JSONValue

/// A guard as a boolean formula over variables that are independent of each other as far as the linter knows.
indirect enum GuardFormula {
    enum Test: Hashable {
        /// The variable compared with a number.
        case number(ExpressionTerm.Comparison, Double)
        /// The variable is one of these.
        case isIn([JSON])
    }

    case constant(Bool)
    case atom(variable: String, Test)
    case not(GuardFormula)
    case and(GuardFormula, GuardFormula)
    case or(GuardFormula, GuardFormula)

    /// What cannot be reasoned about becomes a variable of its own, named by its text.
    init(_ term: ExpressionTerm) {
        switch term {
        case .literal(let value): self = value.bool.map(GuardFormula.constant) ?? Self.opaque(term)
        case .path(let path): self = .atom(variable: path, .isIn([true]))
        case .has(let path): self = .atom(variable: "has(\(path))", .isIn([true]))
        case .not(let operand): self = .not(GuardFormula(operand))
        case .and(let left, let right): self = .and(GuardFormula(left), GuardFormula(right))
        case .or(let left, let right): self = .or(GuardFormula(left), GuardFormula(right))
        case .member(.path(let path), let values): self = .atom(variable: path, .isIn(values))
        case .compare(let comparison, .path(let path), .literal(let value)):
            self = Self.compare(comparison, path, value) ?? Self.opaque(term)
        case .compare(let comparison, .literal(let value), .path(let path)):
            self = Self.compare(comparison.flipped, path, value) ?? Self.opaque(term)
        case .compare(let comparison, let left, let right): self = Self.compare(comparison, left, right)
        case .member, .other: self = Self.opaque(term)
        }
    }

    static func opaque(_ term: ExpressionTerm) -> GuardFormula { .opaque(term.text) }
    static func opaque(_ text: String) -> GuardFormula { .atom(variable: "?\(text)", .isIn([true])) }

    private static func compare(
        _ comparison: ExpressionTerm.Comparison, _ path: String, _ value: JSON
    ) -> GuardFormula? {
        if let number = value.double { return .atom(variable: path, .number(comparison, number)) }
        switch comparison {
        case .equal: return .atom(variable: path, .isIn([value]))
        case .unequal: return .not(.atom(variable: path, .isIn([value])))
        default: return nil
        }
    }

    /// Comparisons of two unknown values that say the same, or the opposite, become one variable.
    private static func compare(
        _ comparison: ExpressionTerm.Comparison, _ left: ExpressionTerm, _ right: ExpressionTerm
    ) -> GuardFormula {
        switch comparison {
        case .equal: .opaque(.compare(.equal, left, right))
        case .unequal: .not(.opaque(.compare(.equal, left, right)))
        case .less: .opaque(.compare(.less, left, right))
        case .greaterOrEqual: .not(.opaque(.compare(.less, left, right)))
        case .greater: .opaque(.compare(.less, right, left))
        case .lessOrEqual: .not(.opaque(.compare(.less, right, left)))
        }
    }

    var tests: [(variable: String, test: Test)] {
        switch self {
        case .constant: []
        case .atom(let variable, let test): [(variable, test)]
        case .not(let operand): operand.tests
        case .and(let left, let right), .or(let left, let right): left.tests + right.tests
        }
    }

    /// The value where each variable has a sample; nil stands for a value that no test names.
    func holds(_ samples: [String: GuardSample]) -> Bool {
        switch self {
        case .constant(let value): value
        case .atom(let variable, let test): samples[variable]?.passes(test) ?? false
        case .not(let operand): !operand.holds(samples)
        case .and(let left, let right): left.holds(samples) && right.holds(samples)
        case .or(let left, let right): left.holds(samples) || right.holds(samples)
        }
    }
}

/// One value of a variable that stands for all values which no test tells apart from it.
enum GuardSample: Hashable {
    case number(Double)
    case value(JSON)
    /// Whatever no test names.
    case rest

    func passes(_ test: GuardFormula.Test) -> Bool {
        switch (self, test) {
        case (.number(let value), .number(let comparison, let bound)):
            switch comparison {
            case .equal: value == bound
            case .unequal: value != bound
            case .less: value < bound
            case .lessOrEqual: value <= bound
            case .greater: value > bound
            case .greaterOrEqual: value >= bound
            }
        case (.number(let value), .isIn(let choices)): choices.contains { $0.double == value }
        case (.value(let value), .isIn(let choices)): choices.contains(value)
        case (.rest, .number(.unequal, _)): true
        default: false
        }
    }
}
