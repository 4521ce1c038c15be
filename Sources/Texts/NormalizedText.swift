/// A text made comparable: no hidden characters, one form of quotes and dashes, single spaces, lower case. Keeps for
/// each scalar where it stood, so that a match can be shown in the original.
package struct NormalizedText: Sendable {
    package private(set) var scalars: [Unicode.Scalar] = []
    /// Index of each scalar in the original, in Unicode scalars.
    private var origins: [Int] = []

    package init(_ text: String) {
        scalars.reserveCapacity(text.utf8.count)
        origins.reserveCapacity(text.utf8.count)
        for (index, scalar) in text.unicodeScalars.enumerated() where !HiddenCharacters.isHidden(scalar) {
            append(scalar, from: index)
        }
        if scalars.last == " " {
            scalars.removeLast()
            origins.removeLast()
        }
    }

    /// Shorter quotes would be found in any text.
    package static let quoteLeast = 12

    /// Where somebody else's quote of this text stands in it, as a range of the original's scalars; nil when it does
    /// not, or is too short to mean anything.
    package func range(ofQuote quote: String) -> Range<Int>? {
        let wanted = NormalizedText(quote)
        return wanted.count >= Self.quoteLeast ? firstRange(of: wanted) : nil
    }

    package var isEmpty: Bool { scalars.isEmpty }
    package var count: Int { scalars.count }
    package var text: String { String(String.UnicodeScalarView(scalars)) }

    private mutating func append(_ scalar: Unicode.Scalar, from index: Int) {
        if scalar.value < 0x80 {
            let isSpace = scalar == " " || scalar == "\n" || scalar == "\t"
            add(isSpace ? " " : Self.lowered(scalar), index)
        } else if scalar.properties.isWhitespace {
            add(" ", index)
        } else if let plain = Self.plain(scalar) {
            for replacement in plain.unicodeScalars { add(replacement, index) }
        } else {
            for lower in scalar.properties.lowercaseMapping.unicodeScalars { add(lower, index) }
        }
    }

    private mutating func add(_ scalar: Unicode.Scalar, _ index: Int) {
        if scalar == " ", scalars.last == " " || scalars.isEmpty { return }
        scalars.append(scalar)
        origins.append(index)
    }

    private static func lowered(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        ("A"..."Z").contains(scalar) ? Unicode.Scalar(UInt8(scalar.value) + 32) : scalar
    }

    private static func plain(_ scalar: Unicode.Scalar) -> String? {
        switch scalar.value {
        case 0x2018...0x201B, 0x2032, 0xB4: "'"
        case 0x201C...0x201F, 0x2033, 0xAB, 0xBB: "\""
        case 0x2010...0x2015, 0x2212: "-"
        case 0x2026: "..."
        default: nil
        }
    }

    /// Where another text stands in this one, as a range of the original's scalars; nil when it does not, or is empty.
    /// Knuth, Morris and Pratt: the time grows with the sum of the lengths, whatever the texts are.
    package func firstRange(of other: NormalizedText) -> Range<Int>? {
        let pattern = other.scalars
        guard !pattern.isEmpty, pattern.count <= scalars.count else { return nil }
        let fallback = Self.fallbacks(pattern)
        var matched = 0
        for (index, scalar) in scalars.enumerated() {
            while matched > 0, pattern[matched] != scalar { matched = fallback[matched - 1] }
            if pattern[matched] == scalar { matched += 1 }
            if matched == pattern.count {
                return origins[index - pattern.count + 1]..<origins[index] + 1
            }
        }
        return nil
    }

    package func contains(_ other: NormalizedText) -> Bool { firstRange(of: other) != nil }

    /// For each prefix of the pattern, the length of its longest proper prefix that is also its suffix.
    private static func fallbacks(_ pattern: [Unicode.Scalar]) -> [Int] {
        var lengths = [Int](repeating: 0, count: pattern.count)
        var length = 0
        for index in pattern.indices.dropFirst() {
            while length > 0, pattern[index] != pattern[length] { length = lengths[length - 1] }
            if pattern[index] == pattern[length] { length += 1 }
            lengths[index] = length
        }
        return lengths
    }
}
