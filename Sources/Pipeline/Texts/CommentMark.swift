import Crypto

/// Our mark in a comment's footer. It depends on the post alone: however often the work on a post is repeated, a
/// comment that already stands in the thread is recognised.
package struct CommentMark: Sendable, Hashable {
    /// A UUID (version 8: made from a digest).
    package let outboxID: String

    package init(post: Int64) {
        var bytes = Array(Digest.sha256("comment on \(post)".utf8).prefix(16))
        bytes[6] = bytes[6] & 0x0F | 0x80
        bytes[8] = bytes[8] & 0x3F | 0x80
        let hex = Array(Digest.hex(bytes))
        outboxID = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(hex[$0]) }.joined(separator: "-")
    }

    /// Six hexadecimal digits.
    package var mark: String { String(outboxID.prefix(6)) }

    /// As it stands in the footer.
    package var reference: String { "ref \(mark)" }
}
