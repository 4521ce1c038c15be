import TestSupport
import Testing
import Threads
import XML

@testable import ResearchAgent

@Suite struct HTMLTests {
    private func text(_ html: String) -> String { PageText(html: html, limit: 100_000).text }

    @Test(
        arguments: [
            ([0xEF, 0xBB, 0xBF] + Array("<meta charset=latin1>é".utf8), "latin1", "é"),
            ([0xFF, 0xFE, 0x68, 0x00, 0xE9, 0x00], "utf-8", "hé"), ([0xFE, 0xFF, 0x00, 0x68, 0x00, 0xE9], nil, "hé"),
            ([0xE9, 0x80], "iso-8859-1", "é€"), (Array("é".utf8), "utf-8", "é"), (Array("é".utf8), nil, "é"),
            ([0x93, 0xE9, 0x94], nil, "“é”"),
            (Array("<meta charset=\"windows-1251\">".utf8) + [0xCF, 0xF0], nil, "Пр"),
            (
                Array("<META http-equiv=Content-Type content='text/html; charset=koi8-r'>".utf8) + [0xF0, 0xD2], nil,
                "Пр"
            ),
            ([0x93, 0xFA, 0x96, 0x7B], "shift_jis", "日本"), ([0xC4, 0xE3], "gb2312", "你"), ([0xE9], "made-up", "é"),
            ([0xE9, 0x41], "utf-8", "\u{FFFD}A"), (Array("<meta charset=utf-16>é".utf8), nil, "é"),
            ([0x81, 0x41, 0xFF], "shift_jis", "、\u{FFFD}"),
        ] as [([UInt8], String?, String)]) func `bytes become text`(bytes: [UInt8], charset: String?, expected: String)
    {
        #expect(HTMLEncoding.decode(bytes, charset: charset).hasSuffix(expected))
    }

    @Test func `the charset is found in a content type`() {
        #expect(HTMLEncoding.charset(in: "text/html; Charset=\"UTF-8\"") == "UTF-8")
        #expect(HTMLEncoding.charset(in: "text/html") == nil)
    }

    @Test func `a page keeps its article and loses its furniture`() {
        let html = """
            <!doctype html><html><head><title>The  title &mdash; Site</title><script>var a = "<p>no</p>";</script>
            <style>p {}</style><meta property="og:site_name" content="The Site">
            <meta property="article:published_time" content="2024-05-01T08:00:00+02:00"></head>
            <body><header><a href=/>Home</a></header><nav><ul><li><a href=/a>Menu</a></ul></nav>
            <main><h1>Heading</h1><p>First &amp; <b>bold</b> paragraph, un<i>broken</i>.<p>Second<br>paragraph.
            <!-- a comment --><noscript>Enable scripts</noscript><form>Subscribe <input></form>
            <aside>Related</aside><ul><li><a href=/x>Only a link</a></li><li>A point with <a href=/y>a link</a> and words.</li></ul>
            <table><tr><th>Year</th><td>2023</td></tr><tr><th>Rate</th><td>3,4 %</td></tr></table>
            <div hidden>Hidden one</div><div style="display: none">Hidden two</div><p aria-hidden=true>Hidden three</p>
            </main><footer>Imprint</footer></body></html>
            """
        let page = PageText(html: html, limit: 10_000)
        #expect(page.title == "The title — Site")
        #expect(page.publisher == "The Site")
        #expect(page.publishedAt == "2024-05-01T06:00:00.000Z")
        #expect(
            page.text.split(separator: "\n") == [
                "Heading", "First & bold paragraph, unbroken.", "Second paragraph.", "A point with a link and words.",
                "Year 2023", "Rate 3,4 %",
            ])
    }

    @Test func `a page wrapped in one form is read all the same`() {
        let words = String(repeating: "Words of the page. ", count: 30)
        #expect(text("<body><form><p>\(words)</p></form></body>").hasPrefix("Words of the page."))
    }

    @Test func `a teaser does not stand for the page`() {
        let words = String(repeating: "The long text of the page itself. ", count: 20)
        let html = "<body><article>A teaser.</article><div><p>\(words)</p></div></body>"
        #expect(text(html).contains("The long text"))
    }

    @Test(arguments: [
        "", "<", "<<<>>>", "<p", "<p title=\"", "</", "<!--", "<!-- a -->", "<script>", "<title>", "\u{0}\u{0}",
        "<a b=c d=\"e f='g>",
        "&#xFFFFFFF; &nosuch; &amp", "<svg><p>x", "<![CDATA[x]]>", "<?php echo ?>", "<p/><br/></br></p></p>",
    ]) func `broken pages do no harm`(html: String) {
        _ = PageText(html: html, limit: 1000)
    }

    @Test func `text around broken markup is kept`() {
        #expect(text("<p>5 < 6 and a<b>c</b> & d</p>") == "5 < 6 and ac & d")
        #expect(text("plain text") == "plain text")
        #expect(text("<p>one<p>two<div>three") == "one\ntwo\nthree")
    }

    @Test(
        .serialized, .timeLimit(.minutes(2)),
        arguments: [
            String(repeating: "<b>", count: 300_000), String(repeating: "<b></i>", count: 150_000),
            "<p " + String(repeating: "a b c d ", count: 150_000) + ">x</p>",
            String(repeating: "<p a=\"", count: 150_000),
            String(repeating: "<title>", count: 150_000), String(repeating: "<!--", count: 250_000),
            "<p x'><q b=\"'>" + String(repeating: "a ", count: 400_000),
            String(repeating: "<div>x</div>", count: 90_000),
            String(repeating: "&amp", count: 250_000), String(repeating: "<", count: 1_000_000),
            String(repeating: "<article>", count: 120_000), String(repeating: "</p", count: 300_000),
        ]) func `a hostile page takes no time to speak of`(html: String) async throws
    {
        // On a thread of its own: other tests count seconds.
        let took = Reply<Duration>()
        let isStarted = WorkerThread.start {
            let start = ContinuousClock.now
            _ = PageText(html: html, limit: 40_000)
            took.resolve(.success(ContinuousClock.now - start))
        }
        #expect(isStarted)
        let duration = try await took.value
        print(html.prefix(12), duration)
        #expect(duration < .seconds(20))
    }

    @Test func `pages put together by chance do no harm, and their text never grows`() {
        var random = Seeded(seed: 7)
        let pieces = [
            "<", ">", "/", "</", "<!--", "-->", "<p", "<div>", "</div>", "<table><tr><td>", "<script>", "</script>",
            "<title>", "</title>",
            " a=", "\"", "'", "&", "&amp;", "&#x41;", "\u{0}", "é", "\u{200B}", "word ", "<article>", "<main>",
            "<form>", "<select><option>",
            "<a href=x>", "</a>", "<br/>", "<svg>", "<![CDATA[", "]]>", "\n", "<frameset>", "<body>", "</html>",
            "<head>", "<meta charset=x>",
        ]
        for _ in 0..<3000 {
            let html = (0..<Int.random(in: 1...60, using: &random)).map { _ in
                pieces.randomElement(using: &random) ?? ""
            }.joined()
            let page = PageText(html: html, limit: 1000)
            #expect(page.text.utf8.count <= html.utf8.count * 2 + 10, "\(html)")
        }
    }

    @Test func `hidden characters are not part of a text`() {
        #expect(text("<p>in\u{200B}visi\u{AD}ble\u{202E}</p>") == "invisible")
        #expect(PageText(plain: "a\u{200B}b\r\n\r\n  c  d ", limit: 100).text == "ab\nc d")
    }
}
