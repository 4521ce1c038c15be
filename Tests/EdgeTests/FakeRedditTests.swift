import HTTPClient
import JSONValue
import Testing

@testable import Fakes

@Suite struct FakeRedditTests {
    private func world(_ change: (inout FakeRedditOptions) -> Void = { _ in }) -> RedditWorld {
        var options = FakeRedditOptions()
        change(&options)
        let posts = (0..<30).map {
            FakeFixtures.post("a\($0 + 10)", $0 % 2 == 0 ? "science" : "history", age: Double($0))
        }
        return FakeFixtures.world(options, posts)
    }

    @Test func `a wrong client gets 401 and a wrong password an error in a 200`() {
        var world = world()
        let wrong = world.post("/api/v1/access_token", "grant_type=client_credentials", token: "Basic eDp5")
        #expect(wrong.status == 401)
        #expect(wrong.header("WWW-Authenticate") == "Basic realm=\"reddit\"")
        let refused = world.post(
            "/api/v1/access_token", "grant_type=password&username=rejoinder_bot&password=no", token: FakeFixtures.basic)
        #expect(refused.status == 200)
        #expect(refused.json == ["error": "invalid_grant"])
        let old = world.post(
            "/api/v1/access_token", "grant_type=refresh_token&refresh_token=no", token: FakeFixtures.basic)
        #expect(old.status == 400)
    }

    @Test func `a token works until it expires`() {
        var world = world { $0.tokenLifetime = 60 }
        let token = world.token()
        #expect(world.get("/api/v1/me", token: token).json?["name"] == "rejoinder_bot")
        let later = world.answer(FakeFixtures.get("/api/v1/me", token: token), now: FakeFixtures.now + 61)
        #expect(later.status == 401)
        #expect(later.header("WWW-Authenticate")?.contains("invalid_token") == true)
    }

    @Test(arguments: [(nil, 403), ("curl/8.5", 429), ("python-requests/2.31", 429)] as [(String?, Int)])
    func `an agent without a name of its own is turned away`(agent: String?, status: Int) {
        var world = world()
        var request = FakeFixtures.get("/new", token: world.token())
        request.headers["user-agent"] = agent
        let answer = world.answer(request, now: FakeFixtures.now)
        #expect(answer.status == status)
        #expect(answer.header("Content-Type")?.hasPrefix("text/html") == true)
    }

    @Test func `pages follow each other to the end and hold each post once`() {
        var world = world()
        let token = world.token()
        var seen: [String] = []
        var after: String?
        repeat {
            let query = [("limit", "7"), ("raw_json", "1")] + (after.map { [("after", $0)] } ?? [])
            let page = world.get("/r/Science+HISTORY/new", query, token: token)
            seen += page.names
            after = page.json?["data"]?["after"]?.string
        } while after != nil && seen.count < 100
        #expect(seen.count == 30)
        #expect(Set(seen).count == 30)
        #expect(seen.first == "t3_a10")
    }

    @Test func `before gives what is newer, and nothing when its anchor is gone`() {
        var world = world()
        let token = world.token()
        #expect(world.get("/new", [("before", "t3_a12")], token: token).names == ["t3_a10", "t3_a11"])
        #expect(world.control("/_control/posts", #"{"remove": ["t3_a12"]}"#).status == 200)
        let page = world.get("/new", [("before", "t3_a12")], token: token)
        #expect(page.status == 200)
        #expect(page.names.isEmpty)
    }

    @Test func `texts are escaped unless they are asked for raw`() {
        var world = world()
        let token = world.token()
        let escaped = world.get("/new", [("limit", "1")], token: token).json
        #expect(escaped?["data"]?["children"]?[0]?["data"]?["title"] == "A &amp; B &lt;c&gt;")
        let raw = world.get("/new", [("limit", "1"), ("raw_json", "1")], token: token).json
        #expect(raw?["data"]?["children"]?[0]?["data"]?["title"] == "A & B <c>")
    }

    @Test func `an unknown community redirects to the search`() {
        var world = world()
        let answer = world.get("/r/nowhere/new", token: world.token())
        #expect(answer.status == 302)
        #expect(answer.header("Location")?.contains("/subreddits/search") == true)
    }

    @Test func `a listing ends after a thousand items`() {
        var options = FakeRedditOptions()
        options.madeUp = 1200
        var world = FakeFixtures.world(options, [])
        let token = world.token()
        var count = 0
        var after: String?
        repeat {
            let page = world.get(
                "/r/all/new", [("limit", "500")] + (after.map { [("after", $0)] } ?? []), token: token)
            #expect(page.names.count <= 100)
            count += page.names.count
            after = page.json?["data"]?["after"]?.string
        } while after != nil && count < 2000
        #expect(count == 1000)
    }

    @Test func `a wave begins when all communities were listed, and pages overlap`() {
        var world = world { $0.waves = 3 }
        let token = world.token()
        #expect(world.get("/r/science/new", token: token).names.count == 5)
        #expect(world.get("/r/history/new", token: token).names.count == 5)
        let second = world.get("/r/science/new", token: token).names
        #expect(second.count == 10)
        #expect(world.get("/r/all/new", token: token).names.count == 20)
        #expect(world.get("/r/all/new", [("limit", "100")], token: token).names.count == 30)
        #expect(world.get("/r/all/new", [("limit", "100")], token: token).names.count == 30)
        #expect(world.journal.filter { $0["kind"] == "wave" }.count == 2)
    }

    @Test func `a listing of a few communities alone also sees all waves`() {
        var world = world { $0.waves = 2 }
        let token = world.token()
        let counts = (0..<5).map { _ in world.get("/r/science/new", token: token).names.count }
        #expect(counts == [7, 7, 7, 15, 15])
    }

    @Test func `info knows posts and comments, leaves unknown ids out and ignores more than a hundred`() throws {
        var world = world()
        let token = world.token()
        let made = world.post("/api/comment", "api_type=json&thing_id=t3_a10&text=hello", token: token)
        let name = try #require(made.json?["json"]?["data"]?["things"]?[0]?["data"]?["name"]?.string)
        let found = world.get("/api/info", [("id", "t3_a10,t3_nope,\(name)")], token: token)
        #expect(found.names == ["t3_a10", name])
        let many = (0..<101).map { "t3_a\($0)" }.joined(separator: ",")
        #expect(world.get("/api/info", [("id", many)], token: token).names.isEmpty)
    }

    @Test func `the window tells its state and then refuses`() {
        var world = world { $0.quota = 2 }
        let token = world.token()
        let first = world.get("/new", token: token)
        #expect(first.header("x-ratelimit-remaining") == "1.0")
        #expect(first.header("x-ratelimit-used") == "1")
        #expect(first.header("x-ratelimit-reset") == "600")
        _ = world.get("/new", token: token)
        let third = world.get("/new", token: token)
        #expect(third.status == 429)
        #expect(third.header("Retry-After") == "600")
        let later = world.answer(FakeFixtures.get("/new", token: token), now: FakeFixtures.now + 600)
        #expect(later.status == 200)
    }
}
