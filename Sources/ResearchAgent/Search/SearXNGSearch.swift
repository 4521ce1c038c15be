import HTTPClient
import JSONValue

/// The JSON form of SearXNG, of which one runs an instance of one's own. Two pure functions.
enum SearXNGSearch {
    static func encode(_ query: String, url: String) -> HTTPRequest {
        let query = SearchForm.query([("q", query), ("format", "json"), ("safesearch", "1")])
        return HTTPRequest(
            url: SearchForm.url(url, path: "/search") + "?" + query, headers: [("Accept", "application/json")],
            timeout: .seconds(30), decompresses: true)
    }

    /// An empty list while engines report that they did not answer is no "nothing found".
    static func decode(_ response: HTTPResponse) throws(SearchFailure) -> SearchAnswer {
        let json = try SearchForm.json(
            response, hint: response.status == 403 ? ": the instance must list 'json' in search.formats" : "")
        guard let results = json["results"]?.array else {
            throw SearchFailure(.unreadable, "the search's answer has no results")
        }
        let silent = (json["unresponsive_engines"]?.array ?? []).map { engine in
            "\(engine[0]?.string ?? "an engine"): \(engine[1]?.string ?? "no answer")".capped(120)
        }
        if results.isEmpty, !silent.isEmpty {
            throw SearchFailure(
                .nothingAnswered, "no engine answered (\(silent.prefix(5).joined(separator: "; ")))")
        }
        return SearchAnswer(
            hits: results.compactMap {
                SearchForm.hit($0, excerpt: $0["content"]?.string, published: $0["publishedDate"]?.string)
            }, silent: silent)
    }
}
