import HTTPClient
import JSONValue

/// Brave's web search. Two pure functions.
enum BraveSearch {
    static func encode(_ query: String, url: String, key: String, results: Int) -> HTTPRequest {
        // The service refuses queries of more than 400 characters or 50 words.
        let words = query.split(separator: " ").prefix(50).joined(separator: " ").capped(400)
        let query = SearchForm.query([
            ("q", words), ("count", String(min(results, 20))), ("safesearch", "moderate"), ("result_filter", "web"),
            ("text_decorations", "false"),
        ])
        return HTTPRequest(
            url: SearchForm.url(url, path: "/res/v1/web/search") + "?" + query,
            headers: [("Accept", "application/json"), ("X-Subscription-Token", key)], timeout: .seconds(30),
            decompresses: true)
    }

    /// Without a result there is no `web` at all.
    static func decode(_ response: HTTPResponse) throws(SearchFailure) -> SearchAnswer {
        let json = try SearchForm.json(response)
        guard json["type"]?.string == "search" || json["web"] != nil || json["query"] != nil else {
            throw SearchFailure(.unreadable, "the search's answer is of another type")
        }
        let results = json["web"]?["results"]?.array ?? []
        return SearchAnswer(
            hits: results.compactMap { result in
                let more = (result["extra_snippets"]?.array ?? []).compactMap(\.string)
                let excerpt = ([result["description"]?.string ?? ""] + more).joined(separator: " ")
                return SearchForm.hit(result, excerpt: excerpt, published: result["page_age"]?.string.map(Self.moment))
            })
    }

    /// `page_age` comes without an offset.
    private static func moment(_ text: String) -> String {
        text.hasSuffix("Z") || text.contains("+") ? text : text + "Z"
    }
}
