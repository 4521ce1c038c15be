import JSONValue

/// A Pratt parser for the guard language; one instance reads one text.
struct GuardParser {
    private let tokens: [GuardToken]
    private var position = 0
    private var depth = 0

    private static let keywords: Set<String> = ["true", "false", "null", "in"]
    /// Words that CEL keeps for itself; they may name members only.
    private static let reserved: Set<String> = [
        "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop", "package",
        "namespace", "return", "var", "void", "while",
    ]

    static func parse(_ text: String) throws(GuardProblem) -> GuardSyntax {
        var parser = GuardParser(tokens: try GuardLexer.tokens(of: text))
        let syntax = try parser.expression()
        guard parser.token.kind == .end else { throw parser.expected("an operator or the end") }
        return syntax
    }

    private init(tokens: [GuardToken]) { self.tokens = tokens }

    private var token: GuardToken { tokens[min(position, tokens.count - 1)] }

    private mutating func take(_ symbol: String) -> Bool {
        guard token.kind == .symbol(symbol) else { return false }
        position += 1
        return true
    }

    private mutating func require(_ symbol: String) throws(GuardProblem) {
        if !take(symbol) { throw expected("'\(symbol)'") }
    }

    private func expected(_ what: String) -> GuardProblem {
        GuardProblem(.expression, at: token.offset, "expected \(what), found \(token.name)")
    }

    private mutating func expression() throws(GuardProblem) -> GuardSyntax {
        depth += 1
        defer { depth -= 1 }
        guard depth <= GuardLimits.depth + 1 else {
            throw limit("an expression is nested at most \(GuardLimits.depth) levels deep")
        }
        let condition = try binary(above: 0)
        let offset = token.offset
        guard take("?") else { return condition }
        let yes = try binary(above: 0)
        guard token.kind != .symbol("?") else { throw expected("':' (put an inner '? :' into parentheses)") }
        try require(":")
        let no = try expression()
        return try node(.conditional(condition, yes, no), offset)
    }

    private func limit(_ message: String) -> GuardProblem { GuardProblem(.limit, at: token.offset, message) }

    private func node(_ kind: GuardSyntax.Kind, _ offset: Int) throws(GuardProblem) -> GuardSyntax {
        let syntax = GuardSyntax(kind: kind, offset: offset)
        guard syntax.height <= GuardLimits.height else {
            throw limit("an expression has at most \(GuardLimits.height) operators and calls within each other")
        }
        return syntax
    }

    private var infix: GuardSyntax.Binary? {
        switch token.kind {
        case .symbol(let text): GuardSyntax.Binary(rawValue: text)
        case .identifier("in"): .member
        default: nil
        }
    }

    private mutating func binary(above strength: Int) throws(GuardProblem) -> GuardSyntax {
        var left = try unary()
        var length = 0
        while let infix, infix.strength > strength {
            length += 1
            guard length <= GuardLimits.operators else {
                throw limit("an expression chains at most \(GuardLimits.operators) operators")
            }
            let offset = token.offset
            position += 1
            left = try node(.binary(infix, left, try binary(above: infix.strength)), offset)
        }
        return left
    }

    private mutating func unary() throws(GuardProblem) -> GuardSyntax {
        var signs: [(sign: GuardSyntax.Unary, offset: Int)] = []
        while let sign, !isNegativeNumber {
            guard signs.count < GuardLimits.signs else {
                throw limit("an expression has at most \(GuardLimits.signs) signs before a value")
            }
            signs.append((sign, token.offset))
            position += 1
        }
        var syntax = try isNegativeNumber ? negativeNumber() : postfix(primary())
        for (sign, offset) in signs.reversed() { syntax = try node(.unary(sign, syntax), offset) }
        return syntax
    }

    private var sign: GuardSyntax.Unary? {
        if case .symbol(let text) = token.kind { GuardSyntax.Unary(rawValue: text) } else { nil }
    }

    /// True before `-` and a number, which are one literal: only so can the least integer be written.
    private var isNegativeNumber: Bool {
        guard token.kind == .symbol("-"), position + 1 < tokens.count else { return false }
        switch tokens[position + 1].kind {
        case .integer, .double: return true
        default: return false
        }
    }

    private mutating func negativeNumber() throws(GuardProblem) -> GuardSyntax {
        let offset = token.offset
        position += 1
        let number = token.kind
        position += 1
        let value: JSON =
            switch number {
            case .integer(let magnitude): .int(try negative(magnitude, offset))
            case .double(let value): .double(-value)
            default: throw expected("a number")
            }
        return try postfix(try node(.literal(value), offset))
    }

    private func negative(_ magnitude: UInt64, _ offset: Int) throws(GuardProblem) -> Int64 {
        if magnitude == Int64.min.magnitude { return .min }
        guard let value = Int64(exactly: magnitude) else { throw tooLarge(offset) }
        return -value
    }

    private func tooLarge(_ offset: Int) -> GuardProblem {
        GuardProblem(.expression, at: offset, "the integer does not fit into 64 bits")
    }

    private mutating func postfix(_ base: GuardSyntax) throws(GuardProblem) -> GuardSyntax {
        var base = base
        var length = 0
        while true {
            length += 1
            guard length <= GuardLimits.members else {
                throw limit("an expression chains at most \(GuardLimits.members) members")
            }
            let offset = token.offset
            if take(".") {
                base = try member(of: base)
            } else if take("[") {
                let index = try expression()
                try require("]")
                base = try node(.index(base, index), offset)
            } else {
                return base
            }
        }
    }

    private mutating func member(of base: GuardSyntax) throws(GuardProblem) -> GuardSyntax {
        let offset = token.offset
        guard case .identifier(let name) = token.kind, !Self.keywords.contains(name) else {
            throw expected("the name of a member")
        }
        position += 1
        if take("(") { return try node(.call(base, name, try arguments()), offset) }
        return try node(.select(base, name), offset)
    }

    private mutating func arguments() throws(GuardProblem) -> [GuardSyntax] {
        var arguments: [GuardSyntax] = []
        if take(")") { return arguments }
        repeat { arguments.append(try expression()) } while take(",")
        try require(")")
        return arguments
    }

    private mutating func primary() throws(GuardProblem) -> GuardSyntax {
        let token = token
        position += 1
        switch token.kind {
        case .integer(let magnitude):
            guard let value = Int64(exactly: magnitude) else { throw tooLarge(token.offset) }
            return try node(.literal(.int(value)), token.offset)
        case .double(let value): return try node(.literal(.double(value)), token.offset)
        case .string(let value): return try node(.literal(.string(value)), token.offset)
        case .identifier(let name): return try named(name, token.offset)
        case .symbol("("):
            let inner = try expression()
            try require(")")
            return inner
        case .symbol("["): return try list(token.offset)
        case .symbol("{"): return try map(token.offset)
        default:
            position -= 1
            throw expected("a value")
        }
    }

    private mutating func named(_ name: String, _ offset: Int) throws(GuardProblem) -> GuardSyntax {
        switch name {
        case "true": return try node(.literal(true), offset)
        case "false": return try node(.literal(false), offset)
        case "null": return try node(.literal(.null), offset)
        case "in":
            position -= 1
            throw expected("a value")
        case _ where Self.reserved.contains(name):
            throw GuardProblem(.expression, at: offset, "'\(name)' is a reserved word")
        default:
            if take("(") { return try node(.call(nil, name, try arguments()), offset) }
            return try node(.name(name), offset)
        }
    }

    private mutating func list(_ offset: Int) throws(GuardProblem) -> GuardSyntax {
        var elements: [GuardSyntax] = []
        while !take("]") {
            elements.append(try expression())
            if !take(",") {
                try require("]")
                break
            }
        }
        return try node(.list(elements), offset)
    }

    private mutating func map(_ offset: Int) throws(GuardProblem) -> GuardSyntax {
        var members: [(key: GuardSyntax, value: GuardSyntax)] = []
        while !take("}") {
            let key = try expression()
            try require(":")
            members.append((key, try expression()))
            if !take(",") {
                try require("}")
                break
            }
        }
        return try node(.map(members), offset)
    }
}
