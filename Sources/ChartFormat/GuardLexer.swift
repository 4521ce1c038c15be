struct GuardToken {
    enum Kind: Equatable {
        case integer(UInt64)
        case double(Double)
        case string(String)
        case identifier(String)
        case symbol(String)
        case end
    }

    let kind: Kind
    let offset: Int

    /// How messages speak of the token.
    var name: String {
        switch kind {
        case .integer, .double: "a number"
        case .string: "a string"
        case .identifier(let name): "'\(name)'"
        case .symbol(let text): "'\(text)'"
        case .end: "the end"
        }
    }
}

/// Splits an expression into tokens; one instance reads one text.
struct GuardLexer {
    let text: [Unicode.Scalar]
    var position = 0

    static func tokens(of text: String) throws(GuardProblem) -> [GuardToken] {
        let scalars = Array(text.unicodeScalars)
        guard scalars.count <= GuardLimits.scalars else {
            throw GuardProblem(.limit, at: 0, "an expression has at most \(GuardLimits.scalars) characters")
        }
        var lexer = GuardLexer(text: scalars)
        var tokens: [GuardToken] = []
        while true {
            let token = try lexer.next()
            tokens.append(token)
            if token.kind == .end { return tokens }
        }
    }

    private init(text: [Unicode.Scalar]) { self.text = text }

    func peek(_ distance: Int = 0) -> Unicode.Scalar? {
        position + distance < text.count ? text[position + distance] : nil
    }

    private mutating func next() throws(GuardProblem) -> GuardToken {
        skipSpace()
        let start = position
        guard let scalar = peek() else { return GuardToken(kind: .end, offset: start) }
        if scalar.isDigit || (scalar == "." && peek(1)?.isDigit == true) {
            return GuardToken(kind: try number(), offset: start)
        }
        if scalar.isQuote { return GuardToken(kind: .string(try string(isRaw: false)), offset: start) }
        if scalar.isLetter, peek(1)?.isQuote == true {
            guard scalar == "r" || scalar == "R" else { throw badPrefix(start) }
            position += 1
            return GuardToken(kind: .string(try string(isRaw: true)), offset: start)
        }
        if scalar.isLetter {
            while let scalar = peek(), scalar.isLetter || scalar.isDigit { position += 1 }
            return GuardToken(kind: .identifier(text[start..<position].text), offset: start)
        }
        return GuardToken(kind: .symbol(try symbol()), offset: start)
    }

    /// Space, line ends, and comments that run to the end of their line.
    private mutating func skipSpace() {
        while let scalar = peek() {
            if scalar == "/", peek(1) == "/" {
                while let scalar = peek(), scalar != "\n" { position += 1 }
            } else if [" ", "\t", "\n", "\r", "\u{C}"].contains(scalar) {
                position += 1
            } else {
                return
            }
        }
    }

    private func badPrefix(_ start: Int) -> GuardProblem {
        GuardProblem(.expression, at: start, "only 'r' (a raw string) may stand before a quote; there are no bytes")
    }

    private mutating func symbol() throws(GuardProblem) -> String {
        guard let first = peek() else { return "" }
        if let pair = Self.pairs[first], peek(1) == pair.second {
            position += 2
            return pair.text
        }
        guard let text = Self.singles[first] else {
            let hint =
                switch first {
                case "=": "; equality is '=='"
                case "&", "|": "; write it twice"
                default: ""
                }
            throw GuardProblem(.expression, at: position, "'\(first)' has no meaning in an expression\(hint)")
        }
        position += 1
        return text
    }

    private static let pairs: [Unicode.Scalar: (second: Unicode.Scalar, text: String)] = [
        "&": ("&", "&&"), "|": ("|", "||"), "=": ("=", "=="), "!": ("=", "!="), "<": ("=", "<="), ">": ("=", ">="),
    ]
    private static let singles = Dictionary(
        uniqueKeysWithValues: "+-*/%<>!?:.,()[]{}".unicodeScalars.map { ($0, String($0)) })

    private mutating func number() throws(GuardProblem) -> GuardToken.Kind {
        let start = position
        if peek() == "0", peek(1) == "x" || peek(1) == "X" { return try hexadecimal() }
        skipDigits()
        var isDouble = false
        if peek() == ".", peek(1)?.isDigit == true {
            isDouble = true
            position += 1
            skipDigits()
        }
        if peek() == "e" || peek() == "E" {
            let sign = peek(1) == "+" || peek(1) == "-" ? 1 : 0
            guard peek(1 + sign)?.isDigit == true else { throw badNumber(start) }
            isDouble = true
            position += 1 + sign
            skipDigits()
        }
        if let scalar = peek(), scalar.isLetter { throw badNumber(start) }
        let digits = text[start..<position].text
        if isDouble, let value = Double(digits), value.isFinite { return .double(value) }
        guard !isDouble, let value = UInt64(digits) else {
            throw GuardProblem(.expression, at: start, "the number '\(digits)' is out of range")
        }
        return .integer(value)
    }

    private mutating func hexadecimal() throws(GuardProblem) -> GuardToken.Kind {
        let start = position
        position += 2
        while let scalar = peek(), scalar.isLetter || scalar.isDigit { position += 1 }
        guard let value = UInt64(text[start + 2..<position].text, radix: 16) else { throw badNumber(start) }
        return .integer(value)
    }

    private mutating func skipDigits() {
        while let scalar = peek(), scalar.isDigit { position += 1 }
    }

    private func badNumber(_ start: Int) -> GuardProblem {
        GuardProblem(.expression, at: start, "expected a number such as 42, 0.8 or 1e3")
    }
}

extension Unicode.Scalar {
    var isQuote: Bool { self == "'" || self == "\"" }
    fileprivate var isDigit: Bool { ("0"..."9").contains(self) }
    /// Identifiers are ASCII, as the keys of charts are.
    fileprivate var isLetter: Bool { ("a"..."z").contains(self) || ("A"..."Z").contains(self) || self == "_" }
}

extension Sequence<Unicode.Scalar> {
    var text: String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: self)
        return String(view)
    }
}
