import JSONValue

/// What an expression's text mentions: enough to know which values could matter to it.
struct ExpressionWords: Hashable {
    /// Members by their names from the root: `["event", "facts", "decision"]`.
    private(set) var paths: Set<[String]> = []
    private(set) var integers: Set<Int64> = []
    private(set) var strings: Set<String> = []

    init(_ texts: [String] = []) {
        for text in texts { read(Array(text.unicodeScalars)) }
    }

    mutating func add(_ other: ExpressionWords) {
        paths.formUnion(other.paths)
        integers.formUnion(other.integers)
        strings.formUnion(other.strings)
    }

    /// The members that are read below a root and some names: `below("event")` of `event.a.b` has `["a", "b"]`.
    func below(_ root: String) -> Set<[String]> {
        Set(paths.filter { $0.first == root }.map { Array($0.dropFirst()) })
    }

    private mutating func read(_ text: [Unicode.Scalar]) {
        var index = 0
        while index < text.count {
            let scalar = text[index]
            if scalar == "'" || scalar == "\"" {
                index = readString(text, from: index)
            } else if Self.isWordStart(scalar) {
                index = readPath(text, from: index)
            } else if Self.isDigit(scalar) {
                index = readNumber(text, from: index)
            } else {
                index += 1
            }
        }
    }

    private mutating func readString(_ text: [Unicode.Scalar], from start: Int) -> Int {
        var value = String.UnicodeScalarView()
        var index = start + 1
        while index < text.count, text[index] != text[start] {
            if text[index] == "\\", index + 1 < text.count { index += 1 }
            value.append(text[index])
            index += 1
        }
        strings.insert(String(value))
        return index + 1
    }

    private mutating func readPath(_ text: [Unicode.Scalar], from start: Int) -> Int {
        var path: [String] = []
        var index = start
        while index < text.count, Self.isWordStart(text[index]) {
            var word = String.UnicodeScalarView()
            while index < text.count, Self.isWordStart(text[index]) || Self.isDigit(text[index]) {
                word.append(text[index])
                index += 1
            }
            path.append(String(word))
            guard index < text.count, text[index] == "." else { break }
            index += 1
        }
        // The last word before a parenthesis is a function's.
        if index < text.count, text[index] == "(" { path.removeLast() }
        if !path.isEmpty { paths.insert(path) }
        return index
    }

    private mutating func readNumber(_ text: [Unicode.Scalar], from start: Int) -> Int {
        var index = start
        var digits = ""
        while index < text.count, Self.isDigit(text[index]) || text[index] == "." {
            digits.unicodeScalars.append(text[index])
            index += 1
        }
        if let value = Double(digits), abs(value) < 1e15 { integers.insert(Int64(value)) }
        return index
    }

    private static func isWordStart(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "_" || scalar.properties.isAlphabetic
    }
    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { (0x30...0x39).contains(scalar.value) }
}
