import Texts
import XML

/// Finds a page's own paragraphs: within `article` or `main` where there is one, without furniture, and without blocks
/// that are mostly links.
struct MainText {
    private struct Paragraph {
        var text = ""
        var linked = 0
    }

    private let keepsForms: Bool
    private var done: [Paragraph] = []
    private var open = Paragraph()
    private var links = 0

    private static let furniture: Set = [
        "script", "style", "nav", "header", "footer", "aside", "form", "noscript", "template", "svg", "iframe",
        "button", "select", "option", "textarea", "input", "canvas", "object", "video", "audio", "head", "dialog",
        "menu",
    ]
    private static let furnitureRoles: Set = [
        "navigation", "banner", "contentinfo", "complementary", "search", "menu", "menubar", "dialog", "alert",
    ]
    private static let inline: Set = [
        "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i",
        "ins", "kbd", "label", "mark", "q", "ruby", "s", "samp", "small", "span", "strike", "strong", "sub", "sup",
        "time", "tt", "u", "var", "wbr", "img", "picture", "nobr",
    ]

    static func paragraphs(of tree: XMLElement, keepsForms: Bool) -> [String] {
        let whole = paragraphs(in: tree, keepsForms)
        var candidates: [XMLElement] = []
        gatherCandidates(tree, keepsForms, into: &candidates)
        let best = candidates.prefix(50).map { paragraphs(in: $0, keepsForms) }.max { length($0) < length($1) }
        guard let best else { return whole }
        // A teaser may be an article too; the page's own text is the larger part of it.
        return length(best) >= 200 || length(best) * 2 >= length(whole) ? best : whole
    }

    private static func length(_ paragraphs: [String]) -> Int { paragraphs.reduce(0) { $0 + $1.utf8.count } }

    /// The outermost elements that say they are the page's content.
    private static func gatherCandidates(_ element: XMLElement, _ keepsForms: Bool, into found: inout [XMLElement]) {
        for child in element.children where !isFurniture(child, keepsForms) {
            if ["article", "main"].contains(child.name) || child["role"] == "main" {
                found.append(child)
            } else {
                gatherCandidates(child, keepsForms, into: &found)
            }
        }
    }

    private static func paragraphs(in element: XMLElement, _ keepsForms: Bool) -> [String] {
        var reader = MainText(keepsForms: keepsForms)
        reader.walk(element)
        reader.flush()
        let texts = reader.done.filter { !isMenu($0) }.map(\.text)
        return texts.isEmpty ? reader.done.map(\.text) : texts
    }

    private init(keepsForms: Bool) { self.keepsForms = keepsForms }

    private mutating func walk(_ element: XMLElement) {
        for piece in element.content {
            switch piece {
            case .text(let text): append(text)
            case .element(let child) where Self.isFurniture(child, keepsForms): continue
            case .element(let child):
                if child.name == "br" { append(" ") }
                let isLink = child.name == "a"
                let isBlock = !Self.inline.contains(child.name) && child.name != "br"
                if isBlock { separate(child.name) }
                if isLink { links += 1 }
                walk(child)
                if isLink { links -= 1 }
                if isBlock { separate(child.name) }
            }
        }
    }

    /// Cells of a table stand beside each other.
    private mutating func separate(_ name: String) {
        if name == "td" || name == "th" { append(" ") } else { flush() }
    }

    private mutating func append(_ text: String) {
        open.text += text
        if links > 0 { open.linked += text.utf8.count }
    }

    private mutating func flush() {
        open.text = PlainText.collapsed(open.text)
        if !open.text.isEmpty { done.append(open) }
        open = Paragraph()
    }

    /// Short and mostly links.
    private static func isMenu(_ paragraph: Paragraph) -> Bool {
        let length = paragraph.text.utf8.count
        return length < 300 && paragraph.linked * 10 > length * 6
    }

    private static func isFurniture(_ element: XMLElement, _ keepsForms: Bool) -> Bool {
        if keepsForms, element.name == "form" || element.name == "header" { return false }
        if furniture.contains(element.name) || element["hidden"] != nil || element["aria-hidden"] == "true" {
            return true
        }
        if let role = element["role"], furnitureRoles.contains(role.lowercased()) { return true }
        guard let style = element["style"]?.lowercased().filter({ $0 != " " }) else { return false }
        // What readers do not see is not the page's text, whoever put it there.
        return ["display:none", "visibility:hidden", "font-size:0", "opacity:0;"].contains { style.contains($0) }
    }
}
