import HTTPClient
import Testing

@Suite struct WebURLTests {
    @Test func `a URL is taken apart as it will be requested`() throws {
        let url = try #require(WebURL("HTTPS://Example.ORG/a/../b c?q=1 2#part"))
        #expect(url.scheme == "https")
        #expect(url.host == "example.org")
        #expect(url.place == "example.org:443")
        #expect(url.origin == "https://example.org:443")
        #expect(!url.text.contains("#"))
        #expect(!url.text.contains(" "))
        #expect(WebURL("http://example.org:8080/")?.port == 8080)
        #expect(WebURL("http://[2606:4700::1111]/")?.host == "[2606:4700::1111]")
    }

    @Test(arguments: [
        ("/other?x=1", "http://example.org/other?x=1"), ("next", "http://example.org/a/next"),
        ("//else.example/z", "http://else.example/z"), ("https://safe.example/", "https://safe.example/"),
        ("?page=2", "http://example.org/a/b?page=2"),
    ]) func `a redirect is resolved against the page`(location: String, expected: String) throws {
        let base = try #require(WebURL("http://example.org/a/b?c=d"))
        #expect(WebURL(location, relativeTo: base)?.text == expected)
    }

    @Test(arguments: [
        "", "example.org", "/path", "ftp://example.org/", "file:///etc/passwd", "gopher://127.0.0.1:25/",
        "javascript:alert(1)",
        "http://", "http://user@example.org/", "http://user:word@example.org/", "data:text/html,hello",
    ]) func `what is no web address is none`(text: String) {
        #expect(WebURL(text) == nil)
    }

    @Test(arguments: [
        ("http://Bücher.example/ä", "http://xn--bcher-kva.example/%c3%a4"),
        ("http://münchen.de:81/", "http://xn--mnchen-3ya.de:81/"),
        ("https://日本語。jp/?a", "https://xn--wgv71a119e.jp/?a"), ("http://правда.рф/", "http://xn--80aafi6cg.xn--p1ai/"),
        ("http://example.org/ü@x", "http://example.org/%c3%bc@x"),
        ("http://他们为什么不说中文.example/", "http://xn--ihqwcrb4cv8a8dqg056pqjye.example/"),
    ]) func `names in other letters have the form in which they are looked up`(text: String, expected: String) {
        #expect(WebURL(text)?.text == expected)
    }

    @Test func `a redirect to another scheme is none`() throws {
        let base = try #require(WebURL("http://example.org/"))
        #expect(WebURL("file:///etc/passwd", relativeTo: base) == nil)
        #expect(WebURL("gopher://example.org/", relativeTo: base) == nil)
    }
}
