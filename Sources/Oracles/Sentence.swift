/// A span of a post's title or body, as it stands there.
struct Sentence: Equatable {
    static let maximumScalars = 300
    static let maximumCount = 200

    let text: String

    /// The sentences of a text: cut at line ends and behind `.`, `!`, `?` and `…` before a space. Long ones
    /// are cut short at a word; what remains is still verbatim.
    static func all(in text: String) -> [Sentence] {
        var found: [Sentence] = []
        for line in text.split(whereSeparator: \.isNewline) {
            var start = line.startIndex
            var index = line.startIndex
            while index < line.endIndex, found.count < maximumCount {
                let next = line.index(after: index)
                let isEnd = ".!?…".contains(line[index]) && (next == line.endIndex || line[next].isWhitespace)
                if isEnd || next == line.endIndex {
                    if let sentence = Sentence(line[start..<next]) { found.append(sentence) }
                    start = next
                }
                index = next
            }
        }
        return found
    }

    private init?(_ span: Substring) {
        let trimmed = span.drop { $0.isWhitespace }
        guard let last = trimmed.lastIndex(where: { !$0.isWhitespace }) else { return nil }
        text = Self.shortened(trimmed[...last], to: Self.maximumScalars)
    }

    init(_ text: String) { self.text = text }

    /// The beginning of a text, at most so many scalars of it, ending with a whole word if there is one.
    static func shortened(_ text: some StringProtocol, to limit: Int) -> String {
        guard text.unicodeScalars.count > limit else { return String(text) }
        var end = text.startIndex
        var used = 0
        var lastSpace: String.Index?
        for index in text.indices {
            used += text[index].unicodeScalars.count
            guard used <= limit else { break }
            if text[index].isWhitespace { lastSpace = index }
            end = text.index(after: index)
        }
        return String(text[..<(lastSpace ?? end)])
    }

    /// Words with their apostrophes inside: `isn't` is one.
    var words: [String] {
        text.split { !($0.isLetter || $0.isNumber || $0 == "'" || $0 == "’") }.map(String.init)
    }

    var isQuestion: Bool {
        text.last { !$0.isWhitespace && !")\"*'”".contains($0) } == "?"
    }
}
