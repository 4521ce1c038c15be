import JSONValue

/// A node of an expression's syntax tree.
struct GuardSyntax {
    enum Unary: String { case not = "!", minus = "-" }

    enum Binary: String {
        case or = "||", and = "&&"
        case equal = "==", unequal = "!=", less = "<", lessOrEqual = "<=", greater = ">", greaterOrEqual = ">="
        case member = "in"
        case plus = "+", minus = "-", times = "*", divided = "/", remainder = "%"

        /// How tightly the operator binds; larger is tighter.
        var strength: Int {
            switch self {
            case .or: 1
            case .and: 2
            case .equal, .unequal, .less, .lessOrEqual, .greater, .greaterOrEqual, .member: 3
            case .plus, .minus: 4
            case .times, .divided, .remainder: 5
            }
        }
    }

    indirect enum Kind {
        case literal(JSON)
        case name(String)
        case select(GuardSyntax, String)
        case index(GuardSyntax, GuardSyntax)
        /// A function, or a method when there is a receiver.
        case call(GuardSyntax?, String, [GuardSyntax])
        case unary(Unary, GuardSyntax)
        case binary(Binary, GuardSyntax, GuardSyntax)
        case conditional(GuardSyntax, GuardSyntax, GuardSyntax)
        case list([GuardSyntax])
        case map([(key: GuardSyntax, value: GuardSyntax)])
    }

    /// Methods whose argument is evaluated once for each element.
    static let macros = ["all", "exists", "exists_one", "filter", "map"]

    let kind: Kind
    /// Where messages about this node point.
    let offset: Int
    /// Levels of the tree below and with this node. Bounded, because all that walks a tree recurs.
    let height: Int
    /// Nodes of the tree: what one evaluation costs.
    let size: Int
    let usesMacros: Bool

    init(kind: Kind, offset: Int) {
        self.kind = kind
        self.offset = offset
        let parts = kind.parts
        height = 1 + (parts.map(\.height).max() ?? 0)
        size = parts.reduce(1) { $0 + $1.size }
        let isMacro = if case .call(_?, let name, _) = kind { Self.macros.contains(name) } else { false }
        usesMacros = isMacro || parts.contains(where: \.usesMacros)
    }

    /// The dotted path of a chain of names, such as `event.facts.decision` or `event.items[0].name`; nil for anything
    /// else. Equal paths mean the same value within one evaluation.
    var path: String? {
        switch kind {
        case .name(let name): name
        case .select(let base, let member): base.path.map { "\($0).\(member)" }
        case .index(let base, let index):
            switch index.kind {
            case .literal(.string(let member)): base.path.map { "\($0).\(member)" }
            case .literal(.int(let position)): base.path.map { "\($0)[\(position)]" }
            default: nil
            }
        default: nil
        }
    }
}

extension GuardSyntax.Kind {
    fileprivate var parts: [GuardSyntax] {
        switch self {
        case .literal, .name: []
        case .select(let base, _): [base]
        case .index(let base, let index): [base, index]
        case .call(let receiver, _, let arguments): (receiver.map { [$0] } ?? []) + arguments
        case .unary(_, let operand): [operand]
        case .binary(_, let left, let right): [left, right]
        case .conditional(let condition, let yes, let no): [condition, yes, no]
        case .list(let elements): elements
        case .map(let members): members.flatMap { [$0.key, $0.value] }
        }
    }
}

/// What an expression's outcome shows.
extension GuardSyntax {
    /// Facts that hold when this expression came out as given: `path` for an optional member that is there, and
    /// `path != null` for a value that is not null.
    func facts(when outcome: Bool) -> Set<String> {
        switch kind {
        case .call(nil, "has", let arguments):
            return outcome ? Set(arguments.compactMap(\.path)) : []
        case .unary(.not, let operand):
            return operand.facts(when: !outcome)
        case .binary(.member, let key, let map):
            guard outcome, case .literal(.string(let member)) = key.kind, let path = map.path else { return [] }
            return ["\(path).\(member)"]
        case .binary(.equal, let left, let right):
            return outcome ? [] : Self.notNull(left, right)
        case .binary(.unequal, let left, let right):
            return outcome ? Self.notNull(left, right) : []
        case .binary(let operation, let left, let right) where operation == .and || operation == .or:
            let (left, right) = (left.facts(when: outcome), right.facts(when: outcome))
            return (operation == .and) == outcome ? left.union(right) : left.intersection(right)
        default:
            return []
        }
    }

    private static func notNull(_ left: GuardSyntax, _ right: GuardSyntax) -> Set<String> {
        for (value, other) in [(left, right), (right, left)] {
            if case .literal(.null) = other.kind, let path = value.path { return ["\(path) != null"] }
        }
        return []
    }
}
