import Texts

/// Something that a reply's text must not have, whoever wrote it.
package enum BodyViolation: String, Sendable, Hashable, CaseIterable, JSONMappable {
    case rawURL = "raw_url"
    case unknownSource = "unknown_source"
    case noCitation = "no_citation"
    case subredditMention = "subreddit_mention"
    case userMention = "user_mention"
    case tooLong = "too_long"
    case html
    case hiddenCharacters = "hidden_characters"
    case image

    /// What is wrong with a body. `quoted` are the sources that may be cited: known, with a verified quote.
    package static func all(in body: String, quoted: Set<String>, limit: Int) -> [BodyViolation] {
        let cited = Citations.ids(in: body)
        var found: [BodyViolation] = []
        if hasLink(body) { found.append(.rawURL) }
        if cited.contains(where: { !quoted.contains($0) }) { found.append(.unknownSource) }
        if !cited.contains(where: quoted.contains) { found.append(.noCitation) }
        if hasMention("r/", in: body) { found.append(.subredditMention) }
        if hasMention("u/", in: body) { found.append(.userMention) }
        if body.scalarCount > limit || cited.count > Citations.limit { found.append(.tooLong) }
        if hasTag(body) { found.append(.html) }
        if HiddenCharacters.count(in: body) > 0 { found.append(.hiddenCharacters) }
        if body.contains("![") { found.append(.image) }
        return found
    }

    private static let linkSigns = ["://", "www.", "](", "]:", "javascript:", "data:", "mailto:"]

    private static func hasLink(_ body: String) -> Bool {
        let lower = body.lowercased()
        return linkSigns.contains { lower.contains($0) }
    }

    /// `<` with a letter, `/`, `!` or `?` behind it; "5 < 6" is none.
    private static func hasTag(_ body: String) -> Bool {
        zip(body, body.dropFirst()).contains { $0 == "<" && ($1.isLetter || "/!?".contains($1)) }
    }

    /// `u/name` or `/u/name` where a word could begin. "and/or" and "w/r/t" are none.
    private static func hasMention(_ sign: String, in body: String) -> Bool {
        let text = Array(body.lowercased().utf8)
        let sign = Array(sign.utf8)
        for start in text.indices where text[start...].starts(with: sign) {
            var before = start - 1
            if before >= 0, text[before] == UInt8(ascii: "/") { before -= 1 }
            if before >= 0, isWord(text[before]) { continue }
            let name = text[(start + sign.count)...].prefix(while: isWord)
            if name.count >= 2 { return true }
        }
        return false
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        (97...122).contains(byte) || (48...57).contains(byte) || byte == UInt8(ascii: "_") || byte >= 0x80
    }
}
