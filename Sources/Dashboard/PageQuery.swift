import Store

/// What a page's URL asks for: everything that is shown is in the URL.
package struct PageQuery: Sendable {
    static let pageSize = 50

    package var filter = PostFilter()
    package var cursor: PostID?
    /// Only the part that changes.
    package var isFragment = false

    /// Empty values mean any; names that pages do not know are of no meaning to them.
    package init(_ query: [(name: String, value: String)]) {
        for (name, value) in query where !value.isEmpty {
            switch name {
            case "text": filter.text = value
            case "stage": filter.stage = value
            case "status": filter.status = value
            case "community": filter.community = value
            case "cursor": cursor = PostID(value)
            case "fragment": isFragment = true
            default: break
            }
        }
    }

    /// The URL of the page that follows a post in the list.
    func next(after post: PostID) -> String {
        let parts = [
            ("text", filter.text), ("stage", filter.stage), ("status", filter.status), ("community", filter.community),
            ("cursor", post.description),
        ]
        return "/?"
            + parts.compactMap { name, value in value.map { "\(name)=\(Self.encode($0))" } }.joined(separator: "&")
    }

    var summary: String {
        [filter.stage, filter.status, filter.community, filter.text].compactMap(\.self).joined(separator: ", ")
    }

    private static func encode(_ text: String) -> String {
        text.utf8.map { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: String(UnicodeScalar(byte))
            default: "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }.joined()
    }
}
