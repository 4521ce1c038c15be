/// Short pieces of foreign text that can stand in our own sentences.
enum Excerpt {
    /// Words only: no links, mentions, markup, control or hidden characters, and no sentence end inside.
    static func plain(_ text: String, scalars limit: Int) -> String {
        let words = text.split(whereSeparator: \.isWhitespace).compactMap(word)
        return Sentence.shortened(words.joined(separator: " "), to: limit)
    }

    private static func word(_ raw: Substring) -> String? {
        if raw.contains("/") || raw.contains("@") || raw.contains("\\") { return nil }
        var kept = String(
            String.UnicodeScalarView(
                raw.unicodeScalars.filter { scalar in
                    if scalar.isASCII { return isPlain(scalar) }
                    return scalar.properties.isAlphabetic || "’£€°".unicodeScalars.contains(scalar)
                }))
        while let last = kept.last, ".,-'".contains(last) { kept.removeLast() }
        guard !kept.isEmpty, !isDomain(kept) else { return nil }
        return kept
    }

    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar)
            || "%$.,'-".unicodeScalars.contains(scalar)
    }

    /// Letters on both sides of a point: what a reader may turn into a link.
    private static func isDomain(_ word: String) -> Bool {
        let parts = word.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count > 1 && parts.contains { $0.contains(where: \.isLetter) }
    }
}
