import JSONValue
import Texts
import XML

/// What a page says: its own text without menus, forms and other furniture, and what it tells about itself.
package struct PageText: Sendable, Hashable {
    package var title: String
    /// Paragraphs, one a line; nothing hidden in it.
    package var text: String
    package var publisher: String?
    /// RFC 3339.
    package var publishedAt: String?

    /// Less than this, and the page is read again with its forms and headers: some wrap everything in one.
    private static let meagre = 200

    package init(html: String, limit: Int) {
        let tree = (try? HTMLReader.read(html)) ?? XMLElement(name: "html")
        let facts = PageFacts(tree)
        title = facts.title.capped(300)
        publisher = facts.publisher?.capped(200)
        publishedAt = facts.publishedAt
        var paragraphs = MainText.paragraphs(of: tree, keepsForms: false)
        if paragraphs.reduce(0, { $0 + $1.count }) < Self.meagre {
            let more = MainText.paragraphs(of: tree, keepsForms: true)
            if more.reduce(0, { $0 + $1.count }) > 2 * paragraphs.reduce(0, { $0 + $1.count }) { paragraphs = more }
        }
        text = paragraphs.joined(separator: "\n").capped(limit)
    }

    package init(plain: String, limit: Int) {
        title = ""
        let lines = HiddenCharacters.strip(plain).text.split(whereSeparator: \.isNewline)
        text = lines.map { PlainText.collapsed(String($0)) }.filter { !$0.isEmpty }.joined(separator: "\n").capped(
            limit)
    }
}

/// The head of a page.
private struct PageFacts {
    var title = ""
    var publisher: String?
    var publishedAt: String?

    init(_ tree: XMLElement) {
        var metas: [String: String] = [:]
        var heading: String?
        tree.visit { element in
            switch element.name {
            case "title" where title.isEmpty: title = PlainText.collapsed(element.wholeText)
            case "h1" where heading == nil: heading = PlainText.collapsed(element.wholeText)
            case "meta":
                let name = (element["property"] ?? element["name"] ?? element["itemprop"] ?? "").lowercased()
                if let content = element["content"], metas[name] == nil { metas[name] = content }
            case "time" where publishedAt == nil:
                publishedAt = element["datetime"].flatMap { Timestamp($0) }.map(\.description)
            default: break
            }
        }
        if title.isEmpty { title = PlainText.collapsed(metas["og:title"] ?? heading ?? "") }
        publisher = metas["og:site_name"].map { PlainText.collapsed($0) }.flatMap { $0.isEmpty ? nil : $0 }
        for name in ["article:published_time", "datepublished", "date", "dc.date", "pubdate"] {
            guard let moment = metas[name].flatMap({ Timestamp($0) }) else { continue }
            publishedAt = moment.description
            break
        }
    }
}

extension XMLElement {
    /// This element and all within, parents first.
    func visit(_ body: (XMLElement) -> Void) {
        body(self)
        for child in children { child.visit(body) }
    }

    /// The text of this element and of all within.
    var wholeText: String {
        content.reduce(into: "") { text, piece in
            switch piece {
            case .text(let characters): text += characters
            case .element(let element): text += element.wholeText
            }
        }
    }
}
