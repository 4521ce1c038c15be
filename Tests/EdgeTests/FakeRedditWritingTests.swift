import JSONValue
import Testing

@testable import Fakes

@Suite struct FakeRedditWritingTests {
    private func world(_ change: (inout FakeRedditOptions) -> Void = { _ in }, past: [JSON] = []) -> RedditWorld {
        var options = FakeRedditOptions()
        change(&options)
        return FakeFixtures.world(options, [FakeFixtures.post("a1", age: 5000), FakeFixtures.post("a2")], past: past)
    }

    private func comment(_ text: String, on name: String = "t3_a1") -> String {
        "api_type=json&thing_id=\(name)&text=\(text)"
    }

    @Test func `a comment is seen in the thread, in the account's history and in the count`() {
        var world = world()
        let token = world.token()
        let made = world.post("/api/comment", comment("hello+there%21"), token: token)
        let data = made.json?["json"]?["data"]?["things"]?[0]?["data"]
        #expect(data?["body"] == "hello there!")
        #expect(data?["parent_id"] == "t3_a1")
        #expect(data?["created_utc"]?.double == FakeFixtures.now)
        let thread = world.get("/comments/a1", [("sort", "new"), ("raw_json", "1")], token: token).json
        #expect(thread?[0]?["data"]?["children"]?[0]?["data"]?["num_comments"] == 3)
        #expect(thread?[1]?["data"]?["children"]?[0]?["data"]?["name"] == data?["name"])
        let own = world.get("/user/rejoinder_bot/comments", [("sort", "new")], token: token)
        #expect(own.names == [data?["name"]?.string ?? ""])
    }

    @Test(arguments: [
        ("t3_a1", "", "NO_TEXT"), ("t3_a1", String(repeating: "x", count: 10_001), "TOO_LONG"),
        ("t3_a2", "hello", "THREAD_LOCKED"),
    ])
    func `a text that cannot be taken is refused by its code`(name: String, text: String, code: String) {
        var world = world()
        _ = world.control("/_control/posts", #"{"lock": ["t3_a2"]}"#)
        let answer = world.post("/api/comment", comment(text, on: name), token: world.token())
        #expect(answer.status == 200)
        #expect(answer.errorCode == code)
    }

    @Test func `an unknown thing is forbidden and an application alone must log in`() {
        var world = world()
        #expect(world.post("/api/comment", comment("x", on: "t3_zz"), token: world.token()).status == 403)
        let alone = world.post("/api/comment", comment("x"), token: world.token(asUser: false))
        #expect(alone.errorCode == "USER_REQUIRED")
    }

    @Test func `a second comment too soon meets the account's own limit`() {
        var world = world { $0.commentGap = .seconds(600) }
        let token = world.token()
        #expect(world.post("/api/comment", comment("one"), token: token).errorCode == nil)
        let second = world.post("/api/comment", comment("two"), token: token, now: FakeFixtures.now + 33)
        #expect(second.errorCode == "RATELIMIT")
        #expect(second.json?["json"]?["errors"]?[0]?[1]?.string?.contains("9 minutes") == true)
        let third = world.post("/api/comment", comment("two"), token: token, now: FakeFixtures.now + 33)
        #expect(third.json?["json"]?["ratelimit"]?.double == 567)
        #expect(world.post("/api/comment", comment("two"), token: token, now: FakeFixtures.now + 600).errorCode == nil)
    }

    @Test func `a deleted comment stays as deleted and takes no reply`() throws {
        var world = world()
        let token = world.token()
        let made = world.post("/api/comment", comment("hello"), token: token)
        let name = try #require(made.json?["json"]?["data"]?["things"]?[0]?["data"]?["name"]?.string)
        #expect(world.post("/api/editusertext", comment("better", on: name), token: token).status == 200)
        #expect(world.post("/api/del", "id=\(name)", token: token).json == [:])
        #expect(world.post("/api/del", "id=t1_nope", token: token).json == [:])
        let info = world.get("/api/info", [("id", name)], token: token).json?["data"]?["children"]?[0]?["data"]
        #expect(info?["body"] == "[deleted]")
        #expect(world.post("/api/comment", comment("x", on: name), token: token).errorCode == "DELETED_COMMENT")
    }

    @Test func `the lines of the journal bring comments, edits and waves back`() throws {
        var first = world { $0.waves = 2 }
        let token = first.token()
        let made = first.post("/api/comment", comment("hello"), token: token)
        let name = try #require(made.json?["json"]?["data"]?["things"]?[0]?["data"]?["name"]?.string)
        _ = first.post("/api/editusertext", comment("better", on: name), token: token)
        _ = first.control("/_control/advance", "")
        var second = world({ $0.waves = 2 }, past: first.journal)
        #expect(second.book.comments.map(\.body) == ["better"])
        #expect(second.shelf.wave == 1)
        let next = second.post("/api/comment", comment("again"), token: second.token())
        #expect(next.json?["json"]?["data"]?["things"]?[0]?["data"]?["name"]?.string != name)
        #expect(second.book.duplicates == ["t3_a1": 2])
    }

    @Test(arguments: [
        ("500_after_acting", 500, false, 1), ("500_before_acting", 500, false, 0), ("drop_after", 0, true, 1),
        ("drop_before", 0, true, 0), ("html_200", 200, false, 0), ("429", 429, false, 0), ("403", 403, false, 0),
        ("slow", 200, false, 1), ("ratelimit", 200, false, 0),
    ])
    func `a fault acts or not as its name says, and once`(fault: String, status: Int, isDropped: Bool, made: Int) {
        var world = world()
        let token = world.token()
        let told = world.control("/_control/faults", #"{"route": "comment", "fault": "\#(fault)", "times": 1}"#)
        #expect(told.status == 200)
        #expect(world.get("/new", token: token).status == 200)
        let answer = world.post("/api/comment", comment("hello"), token: token)
        #expect(answer.status == status)
        #expect(answer.isDropped == isDropped)
        #expect(world.book.comments.count == made)
        #expect(world.post("/api/comment", comment("hello"), token: token).status == 200)
        #expect(world.book.comments.count == made + 1)
    }

    @Test(arguments: [
        (#"{"route": "comment", "fault": "500", "times": 1}"#, "fault"),
        (#"{"route": "coment", "fault": "429"}"#, "coment"), (#"{"fault": "429", "tims": 1}"#, "tims"),
        (#"{"fault": "429", "probability": 2}"#, "probability"), (#"[1]"#, "faults[0]"), ("{", "faults"),
    ])
    func `a fault that makes no sense is refused by name`(body: String, named: String) {
        var world = world()
        let answer = world.control("/_control/faults", body)
        #expect(answer.status == 400)
        #expect(answer.json?["error"]?.string?.contains(named) == true)
    }

    @Test func `a fault with a probability hits its share, the same ones each time`() throws {
        let rule = try FaultRule<RedditFault>("listing:429:probability=0.3:seed=7")
        func hits() -> [Bool] {
            var script = FaultScript([rule])
            return (0..<1000).map { _ in script.take("listing") != nil }
        }
        #expect((250...350).contains(hits().count { $0 }))
        #expect(hits() == hits())
    }

    @Test func `votes and replies come with time and others see what was removed`() {
        let comments = (0..<300).map {
            FakeComment(
                name: "t1_\($0 + 1000)", parent: "t3_a1", link: "t3_a1", community: "science", author: "me",
                body: "x", created: 0)
        }
        let fresh = comments.map { Engagement(of: $0, now: 60, speed: 1) }
        #expect(fresh.allSatisfy { $0.isScoreHidden && $0.replies.isEmpty && !$0.isRemoved })
        let old = comments.map { Engagement(of: $0, now: 864, speed: 100) }
        #expect(old == comments.map { Engagement(of: $0, now: 864, speed: 100) })
        #expect(old.contains { $0.score < 0 } && old.contains { $0.score > 20 })
        #expect(old.contains { $0.isRemoved } && old.contains { $0.replies.count > 2 })
    }
}
