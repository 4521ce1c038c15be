import HTTPClient
import JSONValue
import Store
import Testing

/// Submitting, listing and showing posts.
@Suite struct APIPostTests {
    @Test(arguments: Backend.allCases)
    func `a post is created once, whoever submits it again`(_ backend: Backend) async throws {
        try await withService(backend) { edge in
            let body: JSON = ["id": "t3_16", "title": "A title", "community": "science", "author": "ada"]
            let first = try await edge.post("/v1/posts", body)
            #expect(first.status == 201)
            #expect(first.headers["Location"] == "/v1/posts/42")
            #expect(first.json["created"] == true && first.json["fullname"] == "t3_16")
            let second = try await edge.post("/v1/posts", body)
            #expect(second.status == 200 && second.json["created"] == false)
            let starts = try await edge.store.history(PostID(42), after: 0, limit: 10).filter { $0.event == "start" }
            #expect(starts.count == 1)
        }
    }

    @Test(arguments: Backend.allCases)
    func `a request with a known Idempotency-Key is answered as the first time, and not done again`(
        _ backend: Backend
    ) async throws {
        try await withService(backend) { edge in
            let key = [("Idempotency-Key", "k-1")]
            let first = try await edge.post("/v1/posts", ["title": "Local"], headers: key)
            #expect(first.status == 201)
            let again = try await edge.post("/v1/posts", ["title": "Local"], headers: key)
            #expect(again.status == 201 && again.body == first.body)
            #expect(again.headers["Idempotency-Replayed"] == "true")
            let other = try await edge.post("/v1/posts", ["title": "Other"], headers: key)
            #expect(other.status == 409 && other.code == "idempotency_conflict")
            #expect(try await edge.place.count("SELECT count(*) FROM posts") == 1)
            #expect(try await edge.post("/v1/posts", ["title": "x"], headers: [("Idempotency-Key", "")]).status == 400)
            let long = String(repeating: "k", count: 201)
            #expect(
                try await edge.post("/v1/posts", ["title": "x"], headers: [("Idempotency-Key", long)]).status == 400)
        }
    }

    @Test func `a post without a Reddit id is taken in a dry run only`() async throws {
        let body: JSON = ["title": "Study: 90% of plastic comes from 10 rivers"]
        try await withService(.sqlite) { edge in
            let taken = try await edge.post("/v1/posts", body)
            #expect(taken.status == 201)
        }
        try await withService(.sqlite, settings: ["posting.mode=off"]) { edge in
            let refused = try await edge.post("/v1/posts", body)
            #expect(refused.status == 422 && refused.json["detail"]?.string?.contains("'dry_run'") == true)
            let posts = try await edge.place.count("SELECT count(*) FROM posts")
            #expect(posts == 0)
            try await edge.submit()
        }
    }

    @Test(arguments: Backend.allCases)
    func `posts are listed by what they are, page by page`(_ backend: Backend) async throws {
        try await withService(backend) { edge in
            for id in 1...7 { try await edge.submit(Int64(id), title: id == 3 ? "An odd one" : "Rivers \(id)") }
            var seen: [String] = []
            var path: String? = "/v1/posts?limit=3"
            while let page = path {
                let answer = try await edge.get(page).json
                seen += (answer["posts"]?.array ?? []).compactMap { $0["id"]?.string }
                path = answer["next_cursor"]?.string.map { "/v1/posts?limit=3&cursor=\($0)" }
            }
            #expect(seen == ["7", "6", "5", "4", "3", "2", "1"])
            let count = { (query: String) async throws -> Int? in
                try await edge.get("/v1/posts?" + query).json["posts"]?.array?.count
            }
            #expect(try await count("text=ODD") == 1)
            #expect(try await count("text=%25") == 0)
            #expect(try await count("stage=triage") == 7)
            #expect(try await count("stage=published") == 0)
            #expect(try await count("community=science&waits_for=work") == 7)
            #expect(try await count("waits_for=person") == 0)
            for query in [
                "stage=nowhere", "status=odd", "waits_for=rain", "limit=0", "limit=x", "cursor=!", "colour=red",
            ] {
                #expect(try await edge.get("/v1/posts?" + query).status == 400, "\(query)")
            }
        }
    }

    @Test(arguments: Backend.allCases)
    func `a post says what it waits for, until when, and which events it takes`(_ backend: Backend) async throws {
        try await withService(backend) { edge in
            let post = try await edge.submit()
            let start = try await edge.agent.starts.number(1, of: "start")
            _ = try await edge.accepted(start)
            let shown = try await edge.get("/v1/posts/t3_16")
            let revision = try await edge.row(post).revision
            #expect(shown.status == 200 && shown.headers["ETag"] == "\"\(revision)\"")
            let waiting = try #require(shown.json["waiting"]?[0])
            #expect(waiting["kind"] == "callback")
            #expect(waiting["text"]?.string?.contains("agent calls back about job 42-1") == true)
            #expect(waiting["until"]?.string.flatMap { Timestamp($0) } != nil)
            #expect(shown.json["accepts"] == ["cancel"])
            #expect(shown.json["submission"]?["title"]?.string?.hasPrefix("Study") == true)
            #expect(shown.json["jobs"]?[0]?["phase"] == "accepted")
            #expect(try await edge.get("/v1/posts/77").code == "unknown_post")
            #expect(try await edge.get("/v1/posts/T3_16").status == 404)
        }
    }

    @Test(arguments: Backend.allCases)
    func `history is paged by revision, and results follow`(_ backend: Backend) async throws {
        try await withService(backend) { edge in
            let post = try await edge.submit()
            let start = try await edge.agent.starts.number(1, of: "start")
            #expect(try await edge.send(Callback(start, Callback.completed(Callback.triage))).status == 202)
            try await edge.committed(post, "research", "pending")
            var revisions: [Int64] = []
            var path: String? = "/v1/posts/42/history?limit=2"
            while let page = path {
                let answer = try await edge.get(page).json
                revisions += (answer["transitions"]?.array ?? []).compactMap { $0["revision"]?.int }
                path = answer["next_cursor"]?.string.map { "/v1/posts/42/history?limit=2&cursor=\($0)" }
            }
            #expect(revisions == Array(1...(try await edge.row(post).revision)))
            let last = try await edge.get("/v1/posts/42/history").json["transitions"]?.array?.last
            #expect(last?["event"] == "done.invoke.triage" && last?["actor"] == "endpoint:agent")
            #expect(last?["guards"]?[0]?["result"] == true)
            let results = try await edge.get("/v1/posts/42/results").json["results"]?.array
            #expect(results?.map { $0["stage"]?.string } == ["triage"])
            #expect(try await edge.get("/v1/posts/77/history").code == "unknown_post")
            #expect(try await edge.get("/v1/posts/42/history?cursor=-1").status == 400)
        }
    }
}
