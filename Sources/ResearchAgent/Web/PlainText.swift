import Texts
import XML

/// Short texts of strangers without their markup.
enum PlainText {
    /// Without tags, hidden characters and runs of blanks; entities are what they stand for.
    static func of(_ text: String) -> String {
        guard text.utf8.count <= 100_000 else { return "" }
        guard text.contains("<") || text.contains("&"), let tree = try? HTMLReader.read(text) else {
            return collapsed(text)
        }
        var out = ""
        gather(tree, into: &out)
        return collapsed(out)
    }

    /// With single spaces and nothing hidden.
    static func collapsed(_ text: String) -> String {
        HiddenCharacters.strip(text).text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    private static func gather(_ element: XMLElement, into out: inout String) {
        for piece in element.content {
            switch piece {
            case .text(let text): out += text
            case .element(let inner):
                if inner.name != "b", inner.name != "em", inner.name != "strong", inner.name != "i" { out += " " }
                gather(inner, into: &out)
            }
        }
    }
}
