import HTTPClient

/// What became of a page that was to be read.
package struct Page: Sendable, Hashable {
    package enum Unread: String, Sendable, Hashable {
        case badURL = "bad_url"
        case forbiddenAddress = "forbidden_address"
        case robots = "robots_disallow"
        case resting = "site_asks_to_wait"
        case tooManyRedirects = "too_many_redirects"
        case status = "http_status"
        case type = "content_type"
        case tooLarge = "too_large"
        case timedOut = "timed_out"
        case unreachable
        case empty
    }

    package var finalURL: String?
    package var status: Int?
    package var contentType: String?
    /// Nil when it is unread.
    package var content: PageText?
    package var unread: Unread?

    static func unread(_ reason: Unread, at url: WebURL? = nil, status: Int? = nil, type: String? = nil) -> Page {
        Page(finalURL: url?.text, status: status, contentType: type, content: nil, unread: reason)
    }

    static func unread(_ error: HTTPClientError, at url: WebURL) -> Page {
        let reason: Unread =
            switch error.code {
            case .forbiddenAddress: .forbiddenAddress
            case .timedOut: .timedOut
            case .bodyTooLarge: .tooLarge
            case .badURL: .badURL
            default: .unreachable
            }
        return .unread(reason, at: url)
    }
}

/// Types that text is taken from.
enum PageType {
    static func essence(_ contentType: String?) -> String? {
        contentType.map { String($0.prefix { $0 != ";" }.filter { !$0.isWhitespace }.lowercased().prefix(100)) }
    }

    static func isRead(_ contentType: String?) -> Bool {
        guard let type = essence(contentType) else { return false }
        return ["text/html", "application/xhtml+xml", "text/plain"].contains(type)
    }
}
