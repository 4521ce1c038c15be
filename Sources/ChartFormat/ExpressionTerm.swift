import JSONValue

/// An expression as tools see that do not run it: what it reads, and the parts that can be reasoned about.
package indirect enum ExpressionTerm: Sendable, Hashable {
    package enum Comparison: String, Sendable {
        case equal = "==", unequal = "!=", less = "<", lessOrEqual = "<=", greater = ">", greaterOrEqual = ">="

        /// The comparison with its sides swapped.
        package var flipped: Comparison {
            switch self {
            case .equal, .unequal: self
            case .less: .greater
            case .lessOrEqual: .greaterOrEqual
            case .greater: .less
            case .greaterOrEqual: .lessOrEqual
            }
        }
    }

    case literal(JSON)
    /// A chain of names, such as `event.facts.decision`.
    case path(String)
    case has(String)
    case not(ExpressionTerm)
    case and(ExpressionTerm, ExpressionTerm)
    case or(ExpressionTerm, ExpressionTerm)
    case compare(Comparison, ExpressionTerm, ExpressionTerm)
    case member(ExpressionTerm, [JSON])
    /// Anything else, with its parts.
    case other(String, [ExpressionTerm])

    /// Nil for a text that is no expression, such as the name of a guard.
    package init?(_ text: String) {
        guard let syntax = try? GuardParser.parse(text) else { return nil }
        self.init(syntax)
    }

    init(_ syntax: GuardSyntax) {
        if let path = syntax.path {
            self = .path(path)
            return
        }
        switch syntax.kind {
        case .literal(let value): self = .literal(value)
        case .unary(.not, let operand): self = .not(ExpressionTerm(operand))
        case .unary(let operation, let operand): self = .other(operation.rawValue, [ExpressionTerm(operand)])
        case .binary(let operation, let left, let right): self.init(operation, left, right)
        case .index(let base, let index): self.init(element: index, of: base)
        case .call(nil, "has", let arguments):
            self = arguments.first?.path.map(ExpressionTerm.has) ?? .other("has", arguments.map(ExpressionTerm.init))
        case .call(let receiver, let name, let arguments):
            self = .other("\(name)()", ([receiver].compactMap(\.self) + arguments).map(ExpressionTerm.init))
        case .conditional(let condition, let yes, let no):
            self = .other("?:", [condition, yes, no].map(ExpressionTerm.init))
        case .list(let elements): self = .other("[]", elements.map(ExpressionTerm.init))
        case .map(let members):
            self = .other("{}", members.flatMap { [ExpressionTerm($0.key), ExpressionTerm($0.value)] })
        default: self = .other("\(syntax.kind)", [])
        }
    }

    private init(_ operation: GuardSyntax.Binary, _ left: GuardSyntax, _ right: GuardSyntax) {
        let (first, second) = (ExpressionTerm(left), ExpressionTerm(right))
        switch operation {
        case .and: self = .and(first, second)
        case .or: self = .or(first, second)
        case .member:
            if case .other("[]", let elements) = second {
                let values = elements.compactMap { if case .literal(let value) = $0 { value } else { nil } }
                if values.count == elements.count {
                    self = .member(first, values)
                    return
                }
            }
            self = .other("in", [first, second])
        default:
            let comparison = Comparison(rawValue: operation.rawValue)
            self = comparison.map { .compare($0, first, second) } ?? .other(operation.rawValue, [first, second])
        }
    }

    private init(element index: GuardSyntax, of base: GuardSyntax) {
        if case .literal(.string(let key)) = index.kind, let path = base.path {
            self = .path("\(path).\(key)")
        } else {
            self = .other("[]", [ExpressionTerm(base), ExpressionTerm(index)])
        }
    }

    package var parts: [ExpressionTerm] {
        switch self {
        case .literal, .path, .has: []
        case .not(let operand): [operand]
        case .and(let left, let right), .or(let left, let right), .compare(_, let left, let right): [left, right]
        case .member(let value, _): [value]
        case .other(_, let parts): parts
        }
    }

    /// The paths that the expression reads; those that it only asks for with `has` are not among them.
    package var reads: Set<String> {
        if case .path(let path) = self { return [path] }
        return parts.reduce(into: []) { $0.formUnion($1.reads) }
    }

    /// The paths that the expression asks for with `has`.
    package var asked: Set<String> {
        if case .has(let path) = self { return [path] }
        return parts.reduce(into: []) { $0.formUnion($1.asked) }
    }

    /// One text for equal terms, whatever their spelling was.
    package var text: String {
        switch self {
        case .literal(let value): value.text
        case .path(let path): path
        case .has(let path): "has(\(path))"
        case .not(let operand): "!(\(operand.text))"
        case .and(let left, let right): "(\(left.text) && \(right.text))"
        case .or(let left, let right): "(\(left.text) || \(right.text))"
        case .compare(let comparison, let left, let right): "(\(left.text) \(comparison.rawValue) \(right.text))"
        case .member(let value, let values): "(\(value.text) in \(JSON.array(values).text))"
        case .other(let name, let parts): "\(name)(\(parts.map(\.text).joined(separator: ", ")))"
        }
    }
}
