/// String literals: in single or double quotes, one or three of them, raw or with escapes.
extension GuardLexer {
    mutating func string(isRaw: Bool) throws(GuardProblem) -> String {
        let start = position
        guard let quote = peek() else { throw unended(start) }
        let isTriple = peek(1) == quote && peek(2) == quote
        position += isTriple ? 3 : 1
        var value = String.UnicodeScalarView()
        while let scalar = peek() {
            if scalar == quote, !isTriple || (peek(1) == quote && peek(2) == quote) {
                position += isTriple ? 3 : 1
                return String(value)
            }
            guard isTriple || (scalar != "\n" && scalar != "\r") else { break }
            guard scalar != "\0" else {
                throw GuardProblem(.expression, at: position, "a string cannot hold the character NUL")
            }
            position += 1
            value.append(scalar == "\\" && !isRaw ? try escape() : scalar)
        }
        throw unended(start)
    }

    private func unended(_ start: Int) -> GuardProblem {
        GuardProblem(.expression, at: start, "the string does not end")
    }

    private mutating func escape() throws(GuardProblem) -> Unicode.Scalar {
        let start = position - 1
        guard let kind = peek() else { throw GuardProblem(.expression, at: start, "the escape does not end") }
        position += 1
        switch kind {
        case "\\", "'", "\"", "`", "?": return kind
        case "a": return "\u{7}"
        case "b": return "\u{8}"
        case "f": return "\u{C}"
        case "n": return "\n"
        case "r": return "\r"
        case "t": return "\t"
        case "v": return "\u{B}"
        case "x", "X": return try codePoint(2, radix: 16, start)
        case "u": return try codePoint(4, radix: 16, start)
        case "U": return try codePoint(8, radix: 16, start)
        case "0", "1", "2", "3":
            position -= 1
            return try codePoint(3, radix: 8, start)
        default: throw GuardProblem(.expression, at: start, "unknown escape '\\\(kind)'")
        }
    }

    private mutating func codePoint(
        _ width: Int, radix: Int, _ start: Int
    ) throws(GuardProblem) -> Unicode.Scalar {
        let digits = text[position..<min(position + width, text.count)].text
        // A sign would pass for a number.
        guard digits.utf8.count == width, digits.utf8.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
            let value = UInt32(digits, radix: radix), value != 0, let scalar = Unicode.Scalar(value)
        else {
            let kind = radix == 8 ? "octal" : "hexadecimal"
            throw GuardProblem(.expression, at: start, "expected \(width) \(kind) digits of a character")
        }
        position += width
        return scalar
    }
}
