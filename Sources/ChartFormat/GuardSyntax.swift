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

    let kind: Kind
    /// Where messages about this node point.
    let offset: Int

    /// The dotted path of a chain of names, such as `event.facts.decision`; nil for anything else.
    var path: String? {
        switch kind {
        case .name(let name): name
        case .select(let base, let member): base.path.map { "\($0).\(member)" }
        default: nil
        }
    }
}
