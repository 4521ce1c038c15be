import Crypto

/// Looks for our comment among others: by its author and parent, then by the mark in its footer, then by its text.
package struct CommentSearch: Sendable {
    package struct Found: Sendable, Equatable {
        package var comment: CommentThing
        /// `ref` or `body_hash`.
        package var by: String
    }

    private let account: String
    private let parent: String
    private let reference: String
    private let hash: String

    package init(account: String, parent: String, mark: String, body: String) {
        self.account = account.lowercased()
        self.parent = parent
        reference = "ref \(mark)"
        hash = Self.normalisedHash(body)
    }

    package func find(in comments: [CommentThing]) -> Found? {
        let own = comments.filter { $0.parent == parent && $0.author?.lowercased() == account }
        if let comment = own.first(where: { Self.holds($0.body, reference) }) {
            return Found(comment: comment, by: "ref")
        }
        return own.first { Self.normalisedHash($0.body) == hash }.map { Found(comment: $0, by: "body_hash") }
    }

    /// The reference as words of its own, in the last line: a longer mark that begins like ours is another's.
    private static func holds(_ body: String, _ reference: String) -> Bool {
        let line = body.split(whereSeparator: \.isNewline).last { !$0.allSatisfy(\.isWhitespace) } ?? ""
        let words = line.split(whereSeparator: \.isWhitespace).suffix(2).joined(separator: " ")
        return words == reference
    }

    /// Reddit trims texts and may escape them; neither makes another comment of it.
    static func normalisedHash(_ body: String) -> String {
        let plain = unescaped(body).split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return Digest.sha256Hex(plain)
    }

    private static func unescaped(_ text: String) -> String {
        var out = ""
        var rest = text[...]
        while let at = rest.firstIndex(of: "&") {
            out += rest[..<at]
            rest = rest[at...]
            let entity = [("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")].first { rest.hasPrefix($0.0) }
            out += entity?.1 ?? "&"
            rest = rest.dropFirst(entity?.0.count ?? 1)
        }
        return out + rest
    }
}
