/// A post's key. For a Reddit submission it is the number in its fullname (`t3_` and base 36), so ingest is idempotent by
/// the primary key; posts that come otherwise get ids from ``firstLocal`` upwards.
package struct PostID: Sendable, Hashable, Comparable, CustomStringConvertible {
    package let rawValue: Int64

    /// Ids below this one are Reddit's. 2^52: far beyond Reddit's counter, and exact in JavaScript.
    package static let firstLocal: Int64 = 1 << 52

    /// No post ever has this id: jobs of it are trials of endpoints. 2^53 - 1, the largest that is exact in JavaScript.
    package static let trial = PostID((1 << 53) - 1)

    package init(_ rawValue: Int64) { self.rawValue = rawValue }

    /// Reads a Reddit fullname (`t3_1abc`), a bare base-36 id with at least one letter, or a decimal number.
    package init?(_ text: String) {
        let digits = text.hasPrefix("t3_") ? text.dropFirst(3) : Substring(text)
        let isDecimal = digits.count == text.count && digits.utf8.allSatisfy { (48...57).contains($0) }
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (48...57).contains($0) || (97...122).contains($0) }),
            let number = Int64(digits, radix: isDecimal ? 10 : 36), number > 0
        else { return nil }
        rawValue = number
    }

    package static func < (left: PostID, right: PostID) -> Bool { left.rawValue < right.rawValue }

    /// The decimal form: unlike the base-36 one it is the same in URLs, tables and logs.
    package var description: String { String(rawValue) }

    /// `t3_…`, or nil for a post that did not come from Reddit.
    package var fullname: String? { rawValue < Self.firstLocal ? "t3_" + String(rawValue, radix: 36) : nil }
}

/// A job's key: the post and a counter within it. Written `<post>-<number>`, as in callback URLs.
package struct JobKey: Sendable, Hashable, Comparable, CustomStringConvertible {
    package let post: PostID
    package let number: Int

    package init(post: PostID, number: Int) {
        self.post = post
        self.number = number
    }

    package init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.utf8.allSatisfy { (48...57).contains($0) } }),
            let post = Int64(parts[0]), let number = Int(parts[1]), post > 0, number > 0, number <= Int32.max
        else { return nil }
        self.init(post: PostID(post), number: number)
    }

    package static func < (left: JobKey, right: JobKey) -> Bool {
        (left.post, left.number) < (right.post, right.number)
    }

    package var description: String { "\(post)-\(number)" }
}
