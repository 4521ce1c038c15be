import Texts

/// The parts of a long text that are worth a model's attention.
enum Excerpt {
    static let gap = "[…]"
    private static let longestPart = 1200

    /// Words by which a part is judged: not the short ones that are everywhere, and all numbers.
    static func words(_ texts: [String]) -> Set<Substring> {
        Set(texts.flatMap { split(NormalizedText($0).text) })
    }

    /// The text where it is short enough. Else its first part, and of the others those with the most of the words, in
    /// their order, with a mark where something is left out.
    static func of(_ text: String, limit: Int, words: Set<Substring>) -> String {
        guard text.scalarCount > limit else { return text }
        let parts = parts(of: text)
        let ranked = parts.indices.sorted { left, right in
            let (first, second) = (score(parts[left], words, left), score(parts[right], words, right))
            return first == second ? left < right : first > second
        }
        var kept: Set<Int> = []
        var left = limit
        for index in ranked {
            let cost = parts[index].scalarCount + gap.scalarCount + 2
            guard cost <= left else { continue }
            kept.insert(index)
            left -= cost
        }
        guard !kept.isEmpty else { return text.capped(limit) }
        return joined(parts, kept)
    }

    private static func joined(_ parts: [String], _ kept: Set<Int>) -> String {
        var out: [String] = []
        var last = -1
        for index in kept.sorted() {
            if index != last + 1 { out.append(gap) }
            out.append(parts[index])
            last = index
        }
        if last != parts.count - 1 { out.append(gap) }
        return out.joined(separator: "\n")
    }

    /// Paragraphs; those that would take all the room are cut between words.
    private static func parts(of text: String) -> [String] {
        text.split(separator: "\n").flatMap { paragraph -> [String] in
            guard paragraph.utf8.count > longestPart else { return [String(paragraph)] }
            var parts = [""]
            for word in paragraph.split(separator: " ") {
                let last = parts[parts.count - 1]
                if !last.isEmpty, last.utf8.count + word.utf8.count > longestPart {
                    parts.append(String(word))
                } else {
                    parts[parts.count - 1] += (last.isEmpty ? "" : " ") + word
                }
            }
            return parts
        }
    }

    private static func score(_ part: String, _ words: Set<Substring>, _ index: Int) -> Int {
        // What a text begins with says what it is about.
        index == 0 ? .max : Set(split(NormalizedText(part).text)).intersection(words).count
    }

    private static func split(_ text: String) -> [Substring] {
        text.split { !$0.isLetter && !$0.isNumber }.filter { $0.count > 3 || $0.contains(where: \.isNumber) }
    }
}
