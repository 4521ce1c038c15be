import HTTPClient
import JSONValue
import Store
import Testing

/// The two pages.
@Suite struct DashboardTests {
    static let attack = #"<script>alert(1)</script>"' & {{title}} 90% of plastic comes from 10 rivers"#

    @Test(arguments: Backend.allCases)
    func `both pages show posts in several states, and everything is escaped`(_ backend: Backend) async throws {
        let agent: CallbackAgent.Behaviour = { start, _ in
            guard start.job == "2-1" else { return CallbackAgent.accepted }
            let error = #"{"status": "failed", "error": {"code": "<b>", "message": "<i>no</i>", "retryable": false}}"#
            return .init(status: 200, body: Array(error.utf8))
        }
        try await withService(backend, agent: agent) { edge in
            for id in 1...3 { try await edge.submit(Int64(id), title: Self.attack) }
            try await edge.committed(PostID(2), "triage", "failed")
            let three = try await edge.agent.starts.wait(for: "post 3") { $0.first { $0.job == "3-1" } }
            let progress = Callback.progress(0.5, "<u>page</u>")
            #expect(try await edge.send(Callback(three, progress)).status == 202)
            let cancel: JSON = ["type": "cancel", "data": ["by": "<ada>"]]
            #expect(try await edge.post("/v1/posts/1/events", cancel).status == 200)
            for path in ["/", "/posts/1", "/posts/2", "/posts/3", "/?text=%3Cscript%3E", "/?text=%22%3E%3Cx%3E"] {
                let page = try await edge.get(path)
                #expect(page.status == 200, "\(path)")
                #expect(page.headers["Content-Type"] == "text/html; charset=utf-8")
                for tag in ["<script>alert", "<ada>", "<b>", "<i>", "<u>", "\"><x>"] {
                    #expect(!page.text.contains(tag), "\(path): \(tag)")
                }
                #expect(page.text.contains("<!doctype html>"))
            }
            let overview = try await edge.get("/").text
            #expect(overview.contains("&lt;script&gt;alert(1)&lt;/script&gt;"))
            #expect(overview.contains("{{title}}"))
            for status in ["cancelled", "failed", "processing"] { #expect(overview.contains(">\(status)</span>")) }
            let failed = try await edge.get("/posts/2").text
            #expect(failed.contains("triage failed (&lt;i&gt;no&lt;/i&gt;)"))
            #expect(failed.contains("data-event=\"retry\""))
            let working = try await edge.get("/posts/3").text
            #expect(working.contains("calls back about job 3-1"))
            #expect(working.contains("data-event=\"cancel\"") && !working.contains("data-event=\"retry\""))
            #expect(try await edge.get("/posts/1").text.contains("the post has ended: cancelled"))
        }
    }

    @Test func `pages allow our own files only, and no frame`() async throws {
        try await withService(.sqlite) { edge in
            try await edge.submit()
            for path in ["/", "/posts/42"] {
                let page = try await edge.get(path)
                let policy = try #require(page.headers["Content-Security-Policy"])
                #expect(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"))
                #expect(!policy.contains("unsafe"))
                #expect(
                    !page.text.contains("<style") && !page.text.contains(" style=") && !page.text.contains("onclick"))
                #expect(page.headers["X-Content-Type-Options"] == "nosniff")
                #expect(page.headers["Cache-Control"] == "no-store")
                let sources = page.text.matches(of: /(?:src|href)="([^"]+)"/).map { String($0.1) }
                for source in sources where source != "#main" {
                    #expect(source.hasPrefix("/"), "\(source)")
                    #expect(try await edge.get(source.replacing("&amp;", with: "&")).status == 200, "\(source)")
                }
            }
        }
    }

    @Test func `a fragment is the changing part alone`() async throws {
        try await withService(.sqlite) { edge in
            try await edge.submit()
            for path in ["/", "/posts/42"] {
                let fragment = try await edge.get(path + "?fragment=1").text
                #expect(!fragment.contains("<html") && !fragment.isEmpty)
                #expect(try await edge.get(path).text.contains("<div id=\"live\">" + fragment.prefix(20)))
            }
        }
    }

    @Test func `files have their type, and nothing but the pages' files is given out`() async throws {
        try await withService(.sqlite) { edge in
            for (name, type) in [("app.css", "text/css"), ("app.js", "text/javascript")] {
                let file = try await edge.get("/assets/" + name)
                #expect(file.headers["Content-Type"] == type + "; charset=utf-8")
            }
            for name in ["page.mustache", "nothing.css", "..%2f001_start.sql", "%2e%2e", ".css"] {
                let status = try await edge.get("/assets/" + name).status
                #expect(status == 404, "\(name)")
            }
        }
    }

    @Test func `a number or a name in the search field leads to its post, and an unknown post is said to be`()
        async throws
    {
        try await withService(.sqlite) { edge in
            try await edge.submit()
            for text in ["42", "t3_16"] {
                let found = try await edge.get("/?text=\(text)")
                #expect(found.status == 303 && found.headers["Location"] == "/posts/42")
            }
            #expect(try await edge.get("/?text=43").status == 200)
            #expect(try await edge.get("/posts/43").status == 404)
            #expect(try await edge.get("/posts/odd!").status == 404)
        }
    }

    @Test(arguments: Backend.allCases)
    func `the list is filtered and paged by its URL`(_ backend: Backend) async throws {
        try await withService(backend) { edge in
            for id in 1...51 { try await edge.submit(Int64(id), title: "Rivers & seas \(id)") }
            let first = try await edge.get("/?text=Rivers%20%26").text
            let next = try #require(first.firstMatch(of: /<a href="([^"]+)">Older posts/)?.1)
            let second = try await edge.get(String(next).replacing("&amp;", with: "&")).text
            #expect(second.contains("Rivers &amp; seas 1<") && !second.contains("Rivers &amp; seas 51<"))
            #expect(!second.contains("Older posts"))
            #expect(try await edge.get("/?stage=published").text.contains("No posts here."))
        }
    }
}
