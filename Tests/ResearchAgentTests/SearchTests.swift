import HTTPClient
import JSONValue
import Testing

@testable import ResearchAgent

@Suite struct SearchTests {
    private func response(_ text: String, status: Int = 200, headers: [(String, String)] = []) -> HTTPResponse {
        HTTPResponse(status: status, headers: HTTPHeaders(headers), body: Array(text.utf8))
    }

    private func failure(_ provider: SearchProvider, _ response: HTTPResponse) -> SearchFailure? {
        do throws(SearchFailure) {
            _ = try provider.decode(response)
            return nil
        } catch {
            return error
        }
    }

    private let searxng = SearchProvider(kind: .searxng, url: "http://127.0.0.1:8080")
    private let brave = SearchProvider(kind: .brave, key: "brave-key")
    private let tavily = SearchProvider(kind: .tavily, key: "tvly-key")

    @Test func `SearXNG is asked for JSON`() {
        let request = searxng.encode("coffee & health 2024 é")
        #expect(
            request.url
                == "http://127.0.0.1:8080/search?q=coffee%20%26%20health%202024%20%C3%A9&format=json&safesearch=1")
        #expect(
            SearchProvider(kind: .searxng, url: "http://s.example/search").encode("x").url.hasPrefix(
                "http://s.example/search?q=x"))
    }

    @Test func `SearXNG's results lose their markup, and those without a URL are none`() throws {
        let answer = try searxng.decode(
            response(
                """
                {"query": "q", "results": [
                  {"url": "https://a.example/1", "title": "A <b>bold</b> &amp; title", "content": "<p>Some <em>content</em></p>",
                   "publishedDate": "2024-05-01T10:00:00+00:00"},
                  {"url": null, "title": "Weather", "content": "12 degrees"},
                  {"url": "ftp://b.example/", "title": "B"},
                  {"title": "C"}],
                 "unresponsive_engines": [["google", "Suspended: CAPTCHA"]]}
                """))
        #expect(answer.hits.count == 1)
        #expect(answer.hits[0].title == "A bold & title")
        #expect(answer.hits[0].excerpt == "Some content")
        #expect(answer.hits[0].publishedAt == "2024-05-01T10:00:00.000Z")
        #expect(answer.silent == ["google: Suspended: CAPTCHA"])
    }

    @Test func `nothing found is an answer, nothing answered is none`() throws {
        let nothing = try searxng.decode(response(#"{"results": [], "unresponsive_engines": []}"#))
        #expect(nothing == SearchAnswer(hits: []))
        let silent = response(
            #"{"results": [], "unresponsive_engines": [["google", "Suspended"], ["bing", "timeout"]]}"#)
        #expect(failure(searxng, silent)?.code == .nothingAnswered)
        #expect(failure(searxng, silent)?.message.contains("google: Suspended; bing: timeout") == true)
    }

    @Test(arguments: [
        (403, "<html>", SearchFailure.Code.refused), (400, #"{"error": "No query"}"#, .refused),
        (200, "<html>", .unreadable),
        (200, "[]", .unreadable), (200, "{}", .unreadable), (429, "", .limited), (502, "", .unreachable),
    ]) func `what is no answer of SearXNG says why`(status: Int, body: String, code: SearchFailure.Code) {
        #expect(failure(searxng, response(body, status: status))?.code == code)
    }

    @Test func `an instance without JSON is told how to get it`() {
        #expect(failure(searxng, response("<html>", status: 403))?.message.contains("search.formats") == true)
    }

    @Test func `Brave is asked with its token and answers with or without web`() throws {
        let request = brave.encode(String(repeating: "word ", count: 80))
        #expect(request.url.hasPrefix("https://api.search.brave.com/res/v1/web/search?q=word%20"))
        #expect(request.url.components(separatedBy: "word").count == 51)
        #expect(request.headers.contains { $0 == ("X-Subscription-Token", "brave-key") })
        let answer = try brave.decode(
            response(
                """
                {"type": "search", "web": {"results": [{"title": "T", "url": "https://a.example/", "description": "One <strong>two</strong>",
                 "page_age": "2024-01-02T03:04:05", "extra_snippets": ["three"]}]}}
                """))
        #expect(answer.hits.map(\.excerpt) == ["One two three"])
        #expect(answer.hits[0].publishedAt == "2024-01-02T03:04:05.000Z")
        #expect(try brave.decode(response(#"{"type": "search", "query": {}}"#)).hits.isEmpty)
        #expect(failure(brave, response("{}", status: 429, headers: [("Retry-After", "3")]))?.retryAfter == .seconds(3))
    }

    @Test func `Tavily is asked by POST with its key in the header alone`() throws {
        let request = tavily.encode("a query")
        #expect(request.method == "POST")
        #expect(request.headers.contains { $0 == ("Authorization", "Bearer tvly-key") })
        let body = try JSON.parse(request.body)
        #expect(body["query"]?.string == "a query")
        #expect(!body.text.contains("tvly-key"))
        let answer = try tavily.decode(
            response(#"{"results": [{"title": "T", "url": "https://a.example/", "content": "C", "score": 0.5}]}"#))
        #expect(answer.hits == [SearchHit(url: "https://a.example/", title: "T", excerpt: "C")])
        for status in [432, 433] { #expect(failure(tavily, response("{}", status: status))?.code == .limited) }
        #expect(failure(tavily, response("{}", status: 401))?.code == .refused)
    }

    @Test func `a key stands in no description`() {
        #expect(!"\(brave) \(tavily)".contains("key"))
        #expect(!"\(ModelEndpoint(url: "http://m.example", model: "m", key: "sk-hidden"))".contains("sk-hidden"))
    }
}

extension String {
    fileprivate func components(separatedBy part: String) -> [Substring] {
        split(separator: part, omittingEmptySubsequences: false)
    }
}
