import JSONValue

/// What is known of a variable's values.
enum GuardDomain {
    case unknown
    case integer
    case boolean
    case choices([JSON])
}

/// The truth of several guards in every combination of values that they tell apart: a table with a row for each
/// combination. Rows may stand for what cannot happen (variables depend on each other), so "never" and "always" are
/// certain, while "both" is certain only of guards without opaque parts.
struct GuardTable {
    private static let limit = 4096
    private static let mostGuards = 64

    /// By row, then by guard.
    let rows: [[Bool]]
    private let opaque: [Bool]
    private let variables: [Set<String>]

    /// Nil when there are too many combinations. A nil formula is the guard that always holds.
    init?(_ formulas: [GuardFormula?], domain: (String) -> GuardDomain) {
        guard formulas.count <= Self.mostGuards else { return nil }
        let formulas = formulas.map { $0 ?? .constant(true) }
        let tests = formulas.map(\.tests)
        variables = tests.map { Set($0.map(\.variable)) }
        opaque = variables.map { $0.contains { $0.hasPrefix("?") } }
        let byVariable = Dictionary(grouping: tests.flatMap(\.self)) { $0.variable }
        var combinations: [[String: GuardSample]] = [[:]]
        for (variable, tests) in byVariable.sorted(by: { $0.key < $1.key }) {
            let samples = Self.samples(tests.map(\.test), variable.hasPrefix("?") ? .boolean : domain(variable))
            guard combinations.count * samples.count <= Self.limit else { return nil }
            combinations = combinations.flatMap { row in samples.map { row.merging([variable: $0]) { $1 } } }
        }
        rows = combinations.map { samples in formulas.map { $0.holds(samples) } }
    }

    private static func samples(_ tests: [GuardFormula.Test], _ domain: GuardDomain) -> [GuardSample] {
        var numbers = Set<Double>()
        var values = Set<JSON>()
        for test in tests {
            switch test {
            case .number(_, let bound): numbers.insert(bound)
            case .isIn(let choices):
                numbers.formUnion(choices.compactMap(\.double))
                values.formUnion(choices.filter { $0.double == nil })
            }
        }
        if case .choices(let choices) = domain { return choices.map(sample) }
        if case .boolean = domain { return [.value(true), .value(false)] }
        let isBoolean = values.allSatisfy { $0.bool != nil } && numbers.isEmpty
        if isBoolean { return [.value(true), .value(false)] }
        var found = values.sorted { $0.text < $1.text }.map(GuardSample.value)
        if !numbers.isEmpty { found += between(numbers.sorted(), isInteger: domain.isInteger).map(GuardSample.number) }
        if numbers.isEmpty || !values.isEmpty { found.append(.rest) }
        return found
    }

    private static func sample(_ value: JSON) -> GuardSample {
        value.double.map(GuardSample.number) ?? .value(value)
    }

    /// Each number that a test names, and one from each gap between, before and after them.
    private static func between(_ numbers: [Double], isInteger: Bool) -> [Double] {
        var found = [numbers[0] - 1]
        for (index, number) in numbers.enumerated() {
            found.append(number)
            guard index + 1 < numbers.count else { break }
            let next = numbers[index + 1]
            let sample = isInteger ? number.rounded(.down) + 1 : (number + next) / 2
            if sample > number, sample < next { found.append(sample) }
        }
        found.append(numbers[numbers.count - 1] + 1)
        return found
    }

    func isAlways(_ index: Int) -> Bool { rows.allSatisfy { $0[index] } }
    func isNever(_ index: Int) -> Bool { rows.allSatisfy { !$0[index] } }
    /// Whenever the guard holds, one before it does.
    func isCovered(_ index: Int) -> Bool { rows.allSatisfy { !$0[index] || $0[..<index].contains(true) } }
    /// One of the guards holds whatever the values are.
    var isExhaustive: Bool { rows.allSatisfy { $0.contains(true) } }
    func isWithin(_ inner: Int, _ outer: Int) -> Bool { rows.allSatisfy { !$0[inner] || $0[outer] } }
    func areDisjoint(_ left: Int, _ right: Int) -> Bool { rows.allSatisfy { !($0[left] && $0[right]) } }
    /// True for guards that consist of comparisons with constants, about the same variables.
    func areComparable(_ left: Int, _ right: Int) -> Bool {
        !opaque[left] && !opaque[right] && variables[left] == variables[right]
    }
}

extension GuardDomain {
    fileprivate var isInteger: Bool { if case .integer = self { true } else { false } }
}
