/// Citations in a reply's text: `[s1]`, an id of a source in brackets.
package enum Citations {
    /// Most different sources that one reply may cite.
    package static let limit = 6

    /// Cited ids in the order of their first mention, each once.
    package static func ids(in body: String) -> [String] {
        var ids: [String] = []
        for part in parts(of: body) {
            if case .citation(let id) = part, !ids.contains(id) { ids.append(id) }
        }
        return ids
    }

    /// The body with each citation put as a link. A body with an unknown id is not rendered.
    package static func filled(_ body: String, link: (String) -> String?) -> String? {
        var out = ""
        for part in parts(of: body) {
            switch part {
            case .text(let text): out += text
            case .citation(let id):
                guard let link = link(id) else { return nil }
                out += link
            }
        }
        return out
    }

    private enum Part {
        case text(Substring)
        case citation(String)
    }

    private static func parts(of body: String) -> [Part] {
        var parts: [Part] = []
        var rest = body[...]
        while let open = rest.firstIndex(of: "[") {
            let inner = rest[rest.index(after: open)...].prefix { $0 != "]" }
            guard let id = sourceID(inner), inner.endIndex < rest.endIndex else {
                parts.append(.text(rest[...open]))
                rest = rest[rest.index(after: open)...]
                continue
            }
            parts.append(.text(rest[..<open]))
            parts.append(.citation(id))
            rest = rest[rest.index(after: inner.endIndex)...]
        }
        parts.append(.text(rest))
        return parts
    }

    /// `s` and one to four digits, in either case.
    private static func sourceID(_ text: Substring) -> String? {
        let id = text.lowercased()
        guard id.first == "s", (2...5).contains(id.utf8.count),
            id.dropFirst().utf8.allSatisfy({ (48...57).contains($0) })
        else { return nil }
        return id
    }
}
