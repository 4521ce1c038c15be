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
        guard depth <= GuardLimits.depth else {
            throw GuardProblem(
                .limit, at: token.offset, "an expression is nested at most \(GuardLimits.depth) levels deep")
        }
        let condition = try binary(above: 0)
        let offset = token.offset
        guard take("?") else { return condition }
        let yes = try expression()
        try require(":")
        let no = try expression()
        return GuardSyntax(kind: .conditional(condition, yes, no), offset: offset)
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
            guard length <= 200 else {
                throw GuardProblem(.limit, at: token.offset, "an expression chains at most 200 operators")
            }
            let offset = token.offset
            position += 1
            left = GuardSyntax(kind: .binary(infix, left, try binary(above: infix.strength)), offset: offset)
        }
        return left
    }

    private mutating func unary() throws(GuardProblem) -> GuardSyntax {
        let offset = token.offset
        depth += 1
        defer { depth -= 1 }
        guard depth <= 2 * GuardLimits.depth else {
            throw GuardProblem(.limit, at: offset, "an expression is nested too deeply")
        }
        if take("!") { return GuardSyntax(kind: .unary(.not, try unary()), offset: offset) }
        guard take("-") else { return try postfix(primary()) }
        switch token.kind {
        case .integer(let magnitude):
            position += 1
            return try postfix(GuardSyntax(kind: .literal(.int(try negative(magnitude, offset))), offset: offset))
        case .double(let value):
            position += 1
            return try postfix(GuardSyntax(kind: .literal(.double(-value)), offset: offset))
        default:
            return GuardSyntax(kind: .unary(.minus, try unary()), offset: offset)
        }
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
            guard length <= 50 else {
                throw GuardProblem(.limit, at: token.offset, "an expression chains at most 50 members")
            }
            let offset = token.offset
            if take(".") {
                base = try member(of: base)
            } else if take("[") {
                let index = try expression()
                try require("]")
                base = GuardSyntax(kind: .index(base, index), offset: offset)
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
        if take("(") { return GuardSyntax(kind: .call(base, name, try arguments()), offset: offset) }
        return GuardSyntax(kind: .select(base, name), offset: offset)
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
            return GuardSyntax(kind: .literal(.int(value)), offset: token.offset)
        case .double(let value): return GuardSyntax(kind: .literal(.double(value)), offset: token.offset)
        case .string(let value): return GuardSyntax(kind: .literal(.string(value)), offset: token.offset)
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
        case "true": return GuardSyntax(kind: .literal(true), offset: offset)
        case "false": return GuardSyntax(kind: .literal(false), offset: offset)
        case "null": return GuardSyntax(kind: .literal(.null), offset: offset)
        case "in":
            position -= 1
            throw expected("a value")
        case _ where Self.reserved.contains(name):
            throw GuardProblem(.expression, at: offset, "'\(name)' is a reserved word")
        default:
            if take("(") { return GuardSyntax(kind: .call(nil, name, try arguments()), offset: offset) }
            return GuardSyntax(kind: .name(name), offset: offset)
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
        return GuardSyntax(kind: .list(elements), offset: offset)
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
        return GuardSyntax(kind: .map(members), offset: offset)
    }
}
