import HTTPClient
import JSONValue

/// Where searches go, and in which of the known forms.
package struct SearchProvider: Sendable, CustomStringConvertible {
    package enum Kind: String, Sendable, Hashable, CaseIterable { case searxng, brave, tavily }

    package let kind: Kind
    /// The base of the URL; the path of a search is added where it is missing.
    package let url: String
    /// For Brave and Tavily. Never logged.
    private let key: String?
    package let results: Int

    package init(kind: Kind, url: String? = nil, key: String? = nil, results: Int = 10) {
        self.kind = kind
        self.url = url ?? Self.defaultURL(kind) ?? ""
        self.key = key
        self.results = min(max(results, 1), 20)
    }

    package static func defaultURL(_ kind: Kind) -> String? {
        switch kind {
        case .searxng: nil
        case .brave: "https://api.search.brave.com"
        case .tavily: "https://api.tavily.com"
        }
    }

    package var description: String { "\(kind.rawValue) at \(url)" }

    /// The request for a search.
    package func encode(_ query: String) -> HTTPRequest {
        switch kind {
        case .searxng: SearXNGSearch.encode(query, url: url)
        case .brave: BraveSearch.encode(query, url: url, key: key ?? "", results: results)
        case .tavily: TavilySearch.encode(query, url: url, key: key ?? "", results: results)
        }
    }

    /// What the response to it means.
    package func decode(_ response: HTTPResponse) throws(SearchFailure) -> SearchAnswer {
        var answer: SearchAnswer
        switch kind {
        case .searxng: answer = try SearXNGSearch.decode(response)
        case .brave: answer = try BraveSearch.decode(response)
        case .tavily: answer = try TavilySearch.decode(response)
        }
        answer.hits = Array(answer.hits.prefix(results))
        return answer
    }
}

/// What the forms have in common.
enum SearchForm {
    static func url(_ base: String, path: String) -> String {
        let base = base.hasSuffix("/") ? String(base.dropLast()) : base
        return base.hasSuffix(path) ? base : base + path
    }

    static func query(_ pairs: [(String, String)]) -> String {
        pairs.map { "\($0)=\(escaped($1))" }.joined(separator: "&")
    }

    private static let unreserved = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~".utf8)

    private static func escaped(_ text: String) -> String {
        var out = ""
        for byte in text.utf8 {
            if unreserved.contains(byte) {
                out.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                out += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
        return out
    }

    /// The body of a 200 as JSON; every other status is a failure.
    static func json(_ response: HTTPResponse, hint: String = "") throws(SearchFailure) -> JSON {
        switch response.status {
        case 200: break
        case 429, 432, 433:
            throw SearchFailure(
                .limited, "the search takes no more now (HTTP \(response.status))", retryAfter: response.pause)
        case 500...599:
            throw SearchFailure(
                .unreachable, "the search is out of order (HTTP \(response.status))", retryAfter: response.pause)
        default: throw SearchFailure(.refused, "the search refuses us (HTTP \(response.status))\(hint)")
        }
        guard let json = try? JSON.parse(response.body), json.object != nil else {
            throw SearchFailure(.unreadable, "the search's answer is no JSON object")
        }
        return json
    }

    /// A hit from the members that the forms share, with whatever markup taken out of its texts; nil without a URL that
    /// could be fetched.
    static func hit(_ result: JSON, excerpt: String?, published: String?) -> SearchHit? {
        guard let url = result["url"]?.string.flatMap({ WebURL($0) }) else { return nil }
        return SearchHit(
            url: url.text, title: PlainText.of(result["title"]?.string ?? "").capped(300),
            excerpt: PlainText.of(excerpt ?? "").capped(600),
            publishedAt: published.flatMap { Timestamp($0) }.map(\.description))
    }
}
