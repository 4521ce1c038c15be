/// A result as a search engine gives it: text of strangers.
package struct SearchHit: Sendable, Hashable {
    package var url: String
    package var title: String
    /// Plain text.
    package var excerpt: String
    /// RFC 3339, when the engine knows it.
    package var publishedAt: String?

    package init(url: String, title: String, excerpt: String, publishedAt: String? = nil) {
        self.url = url
        self.title = title
        self.excerpt = excerpt
        self.publishedAt = publishedAt
    }
}

/// What a search came to. Nothing found is an answer; nothing answered is a ``SearchFailure``.
package struct SearchAnswer: Sendable, Hashable {
    package var hits: [SearchHit]
    /// Engines that did not answer, with their reasons.
    package var silent: [String]

    package init(hits: [SearchHit], silent: [String] = []) {
        self.hits = hits
        self.silent = silent
    }
}

/// Why there is no answer to a search.
package struct SearchFailure: Error, Hashable, CustomStringConvertible {
    package enum Code: String, Sendable, Hashable {
        /// The search answered, and none of its engines did.
        case nothingAnswered = "nothing_answered"
        /// Too many searches, by the second or for good.
        case limited
        /// The key, the address or the form is refused.
        case refused
        case unreachable
        /// What came is no answer to a search.
        case unreadable
    }

    package let code: Code
    package let message: String
    package let retryAfter: Duration?

    package init(_ code: Code, _ message: String, retryAfter: Duration? = nil) {
        self.code = code
        self.message = message
        self.retryAfter = retryAfter
    }

    package var description: String { "\(code.rawValue): \(message)" }

    /// Whether the same search may be answered later.
    package var isPassing: Bool { code != .refused }
}
