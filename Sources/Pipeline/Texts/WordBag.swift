import Texts

/// The words and numbers of a text, each once, for comparing two versions of it.
struct WordBag {
    let words: Set<Substring>
    let numbers: Set<Substring>

    init(_ text: String) {
        let parts = NormalizedText(Citations.filled(text) { _ in " " } ?? text).text
            .split { !$0.isLetter && !$0.isNumber && $0 != "." && $0 != "," && $0 != "%" }
            .map { $0.drop(while: Self.isPoint) }
            .map { part in part[..<(part.lastIndex { !Self.isPoint($0) }.map(part.index(after:)) ?? part.startIndex)] }
            .filter { !$0.isEmpty }
        words = Set(parts)
        numbers = Set(parts.filter { $0.contains(where: \.isNumber) })
    }

    private static func isPoint(_ character: Character) -> Bool { character == "." || character == "," }

    /// The share of these words that another text has too; 1 when there are none.
    func shareFound(in other: WordBag) -> Double {
        words.isEmpty ? 1 : Double(words.intersection(other.words).count) / Double(words.count)
    }
}
