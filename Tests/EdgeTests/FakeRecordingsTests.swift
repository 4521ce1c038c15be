import FoundationEssentials
import JSONValue
import Testing

@testable import Fakes
@testable import Oracles

/// The shared recordings as the fake Reddit serves them.
@Suite(.enabled(if: FakeFixtures.recordings != nil)) struct FakeRecordingsTests {
    private func world(waves: Int) throws -> RedditWorld {
        var options = FakeRedditOptions()
        options.waves = waves
        let recorded = try RecordedPosts.load(folder: try #require(FakeFixtures.recordings))
        #expect(recorded.count == 496)
        return FakeFixtures.world(options, recorded)
    }

    /// All pages of a listing.
    private func scan(_ world: inout RedditWorld, _ path: String, token: String) throws -> [JSON] {
        var things: [JSON] = []
        var after: String?
        for _ in 0..<20 {
            let query = [("limit", "100"), ("raw_json", "1")] + (after.map { [("after", $0)] } ?? [])
            let page = try #require(world.get(path, query, token: token).json)
            #expect(page["kind"] == "Listing")
            let children = try #require(page["data"]?["children"]?.array)
            #expect(page["data"]?["dist"]?.int == Int64(children.count))
            things += children
            after = page["data"]?["after"]?.string
            if after == nil { break }
        }
        return things
    }

    @Test func `all 496 submissions are served, each once a scan, newest first and in the present`() throws {
        var world = try world(waves: 1)
        let communities = world.shelf.communities.values.sorted()
        #expect(communities.count > 200)
        let path = "/r/\(communities.joined(separator: "+"))/new"
        let things = try scan(&world, path, token: world.token())
        #expect(Set(things.compactMap { $0["data"]?["name"]?.string }).count == 496)
        #expect(things.count == 496)
        let times = things.compactMap { $0["data"]?["created_utc"]?.double }
        #expect(times.count == 496 && times == times.sorted(by: >))
        #expect(times.allSatisfy { $0 < FakeFixtures.now && $0 > FakeFixtures.now - 6 * 3600 })
        #expect(things.allSatisfy { $0["kind"] == "t3" })
    }

    @Test func `a community lists its own posts as they were recorded`() throws {
        var world = try world(waves: 1)
        let things = try scan(&world, "/r/askreddit/new", token: world.token())
        #expect(things.count == 210)
        #expect(things.allSatisfy { $0["data"]?["subreddit"] == "AskReddit" })
        let recorded = try RecordedPosts.load(folder: try #require(FakeFixtures.recordings))
        for post in recorded where post.community == "AskReddit" {
            var served = world.shelf[post.name]?.data
            served?["created_utc"] = post.data["created_utc"]
            #expect(served == post.data)
        }
    }

    @Test func `over several waves the scans overlap and end with everything, each listed twice at least`() throws {
        var world = try world(waves: 4)
        let token = world.token()
        var counts: [Int] = []
        var seen: [String: Int] = [:]
        for _ in 0..<6 {
            let names = try scan(&world, "/r/all/new", token: token).compactMap { $0["data"]?["name"]?.string }
            counts.append(names.count)
            for name in names { seen[name, default: 0] += 1 }
        }
        #expect(counts == [124, 248, 372, 496, 496, 496])
        #expect(seen.count == 496)
        #expect(seen.values.allSatisfy { $0 >= 2 })
        let state = world.answer(FakeRequest("GET", "/_control/state"), now: FakeFixtures.now).json
        #expect(state?["listings"]?["AskReddit"] == 6)
    }

    @Test func `triage lets between three and six in ten of the recorded posts through`() throws {
        let posts = try RecordedPosts.load(folder: try #require(FakeFixtures.recordings))
        var decisions: [String: Int] = [:]
        var replies = 0
        for post in posts {
            let triage = StageOracle.output(
                StageInput(stage: "triage", document: ["post": .object(post.data)]),
                now: Timestamp(seconds: FakeFixtures.now))
            decisions[triage["reject_reason"]?.string ?? "research", default: 0] += 1
            if FakeOracleTests.isReplyWorthy(triage, post: .object(post.data)) { replies += 1 }
        }
        print("triage of 496 recorded posts: \(decisions.sorted { $0.value > $1.value }), worth a reply: \(replies)")
        let research = decisions["research"] ?? 0
        #expect((150...298).contains(research))
        #expect(replies * 10 >= research * 7)
    }
}
