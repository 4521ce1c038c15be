import HTTPClient
import JSONValue

/// Tavily's search. Two pure functions.
enum TavilySearch {
    static func encode(_ query: String, url: String, key: String, results: Int) -> HTTPRequest {
        let body: JSON = [
            "query": .string(query.capped(400)), "search_depth": "basic", "topic": "general",
            "max_results": .int(Int64(results)), "include_answer": false, "include_raw_content": false,
        ]
        return HTTPRequest(
            method: "POST", url: SearchForm.url(url, path: "/search"),
            headers: [
                ("Accept", "application/json"), ("Content-Type", "application/json"),
                ("Authorization", "Bearer \(key)"),
            ], body: body.bytes(), timeout: .seconds(30), decompresses: true)
    }

    static func decode(_ response: HTTPResponse) throws(SearchFailure) -> SearchAnswer {
        let json = try SearchForm.json(response)
        guard let results = json["results"]?.array else {
            throw SearchFailure(.unreadable, "the search's answer has no results")
        }
        return SearchAnswer(
            hits: results.compactMap {
                SearchForm.hit($0, excerpt: $0["content"]?.string, published: $0["published_date"]?.string)
            })
    }
}
