/// Translates the JavaScript that data models are mostly written in: literals, names, members, operators, `Math.pow` with
/// a small constant, `JSON.stringify`. Nothing is known of any one file.
struct JavaScriptParser {
    /// A translated piece: whether it is surely a text decides what `+` means.
    private struct Piece {
        var text: String
        var isText = false
    }

    private struct Failure: Error {}

    private static let operators: [(sign: String, translated: String, strength: Int)] = [
        ("||", "||", 1), ("&&", "&&", 2), ("===", "==", 3), ("!==", "!=", 3), ("==", "==", 3), ("!=", "!=", 3),
        ("<=", "<=", 4), (">=", ">=", 4), ("<", "<", 4), (">", ">", 4), ("+", "+", 5), ("-", "-", 5), ("*", "*", 6),
        ("/", "/", 6), ("%", "%", 6),
    ]

    private var rest: Substring

    /// Nil for what is not understood.
    static func translate(_ text: String) -> String? {
        var parser = JavaScriptParser(rest: text[...])
        guard let piece = try? parser.expression(above: 0) else { return nil }
        parser.skipBlanks()
        return parser.rest.isEmpty ? piece.text : nil
    }

    private mutating func expression(above strength: Int) throws -> Piece {
        var left = try unary()
        while let next = infix(above: strength) {
            rest.removeFirst(next.sign.count)
            let right = try expression(above: next.strength)
            left = combine(left, next.translated, right)
        }
        if strength == 0, take("?") {
            let yes = try expression(above: 0)
            guard take(":") else { throw Failure() }
            return Piece(text: "(\(left.text) ? \(yes.text) : \(try expression(above: 0).text))", isText: yes.isText)
        }
        return left
    }

    private mutating func infix(above strength: Int) -> (sign: String, translated: String, strength: Int)? {
        skipBlanks()
        return Self.operators.first { rest.hasPrefix($0.sign) }.flatMap { $0.strength > strength ? $0 : nil }
    }

    /// A text and anything else joined by `+` is a text.
    private func combine(_ left: Piece, _ sign: String, _ right: Piece) -> Piece {
        guard sign == "+", left.isText || right.isText else { return Piece(text: "\(left.text) \(sign) \(right.text)") }
        let texts = [left, right].map { $0.isText ? $0.text : "string(\($0.text))" }
        return Piece(text: texts.joined(separator: " + "), isText: true)
    }

    private mutating func unary() throws -> Piece {
        for sign in ["!", "-"] where take(sign) { return Piece(text: sign + (try unary().text)) }
        return try members(of: primary())
    }

    private mutating func members(of piece: Piece) throws -> Piece {
        var piece = piece
        while true {
            if take(".") {
                piece = Piece(text: "\(piece.text).\(try name())")
            } else if take("[") {
                piece = Piece(text: "\(piece.text)[\(try expression(above: 0).text)]")
                guard take("]") else { throw Failure() }
            } else if take("(") {
                piece = try call(piece.text, list(until: ")"))
            } else {
                return piece
            }
        }
    }

    private func call(_ name: String, _ arguments: [Piece]) throws -> Piece {
        switch (name, arguments.count) {
        case ("In", 1): return Piece(text: "In(\(arguments[0].text))")
        case ("JSON.stringify", 1): return arguments[0]
        case ("Math.pow", 2):
            guard let power = Int(arguments[1].text), (1...8).contains(power) else { throw Failure() }
            return Piece(
                text: "(\([String](repeating: "(\(arguments[0].text))", count: power).joined(separator: " * ")))")
        default: throw Failure()
        }
    }

    private mutating func primary() throws -> Piece {
        skipBlanks()
        guard let first = rest.first else { throw Failure() }
        if take("(") {
            let inner = try expression(above: 0)
            guard take(")") else { throw Failure() }
            return Piece(text: "(\(inner.text))", isText: inner.isText)
        }
        if take("[") { return Piece(text: "[\(try list(until: "]").map(\.text).joined(separator: ", "))]") }
        if take("{") { return try object() }
        if first == "'" || first == "\"" { return try string(first) }
        if first.isNumber {
            let digits = rest.prefix { $0.isNumber || $0 == "." }
            rest.removeFirst(digits.count)
            return Piece(text: String(digits))
        }
        let word = try name()
        return Piece(text: word == "undefined" ? "null" : word)
    }

    private mutating func list(until end: String) throws -> [Piece] {
        var pieces: [Piece] = []
        while !take(end) {
            if !pieces.isEmpty, !take(",") { throw Failure() }
            pieces.append(try expression(above: 0))
        }
        return pieces
    }

    private mutating func object() throws -> Piece {
        var members: [String] = []
        while !take("}") {
            if !members.isEmpty, !take(",") { throw Failure() }
            skipBlanks()
            let isQuoted = rest.first == "'" || rest.first == "\""
            let key = isQuoted ? try string(rest.first ?? "'").text : "'\(try name())'"
            guard take(":") else { throw Failure() }
            members.append("\(key): \(try expression(above: 0).text)")
        }
        return Piece(text: "{\(members.joined(separator: ", "))}")
    }

    private mutating func string(_ quote: Character) throws -> Piece {
        rest.removeFirst()
        let inner = rest.prefix { $0 != quote && $0 != "\\" }
        rest.removeFirst(inner.count)
        guard rest.first == quote else { throw Failure() }
        rest.removeFirst()
        return Piece(text: "\(quote)\(inner)\(quote)", isText: true)
    }

    private mutating func name() throws -> String {
        skipBlanks()
        let word = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "$" }
        guard let first = word.first, !first.isNumber else { throw Failure() }
        rest.removeFirst(word.count)
        return String(word)
    }

    private mutating func take(_ sign: String) -> Bool {
        skipBlanks()
        guard rest.hasPrefix(sign) else { return false }
        rest.removeFirst(sign.count)
        return true
    }

    private mutating func skipBlanks() { rest = rest.drop(while: \.isWhitespace) }
}
