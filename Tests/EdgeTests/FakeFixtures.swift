import Crypto
import FoundationEssentials
import HTTPClient
import JSONValue
import Testing

@testable import Fakes

/// What the tests of the fakes share.
enum FakeFixtures {
    static let now = 1_795_450_000.0
    static let agent = "linux:rejoinder-tests:v1 (by /u/rejoinder_bot)"

    /// The shared recordings beside the repository, when they are there.
    static let recordings: String? = {
        let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        let folder = "/\(root)/../shared/data/reddit"
        return FileManager.default.fileExists(atPath: folder + "/listing") ? folder : nil
    }()

    /// A clock that stands at one moment and waits for nothing.
    static let stoppedClock = FakeClock(
        now: { Timestamp(seconds: FakeFixtures.now) }, sleep: { _ in try Task.checkCancellation() })

    static func post(_ id: String, _ community: String = "science", age: Double = 0) -> FakePost {
        FakePost(
            name: "t3_" + id, community: community,
            data: [
                "name": .string("t3_" + id), "id": .string(id), "subreddit": .string(community),
                "title": "A & B <c>", "selftext": "", "created_utc": .double(now - age), "num_comments": 2,
            ])
    }

    static func world(_ options: FakeRedditOptions, _ posts: [FakePost], past: [JSON] = []) -> RedditWorld {
        RedditWorld(options, recorded: posts, past: past, now: now)
    }

    static let basic = "Basic " + Base64.encode(Array("rejoinder:fake-client-secret".utf8))

    static func form(_ path: String, _ body: String, token: String) -> FakeRequest {
        FakeRequest(
            "POST", path, headers: ["authorization": token, "user-agent": agent], body: Array(body.utf8))
    }

    static func get(_ path: String, _ query: [(String, String)] = [], token: String) -> FakeRequest {
        FakeRequest(
            "GET", path, query: query.map { (name: $0.0, value: $0.1) },
            headers: ["authorization": token, "user-agent": agent])
    }

    static func path(_ name: String) -> String {
        FileManager.default.temporaryDirectory.path + "/fakes-\(name)-\(Digest.hex(Digest.randomBytes(8)))"
    }
}

extension RedditWorld {
    /// A bearer token for the account, or for the application alone.
    mutating func token(asUser: Bool = true, now: Double = FakeFixtures.now) -> String {
        let body =
            asUser
            ? "grant_type=password&username=rejoinder_bot&password=fake-password" : "grant_type=client_credentials"
        let answer = answer(
            FakeFixtures.form("/api/v1/access_token", body, token: FakeFixtures.basic), now: now)
        return "bearer " + (answer.json?["access_token"]?.string ?? "")
    }

    mutating func get(_ path: String, _ query: [(String, String)] = [], token: String) -> FakeAnswer {
        answer(FakeFixtures.get(path, query, token: token), now: FakeFixtures.now)
    }

    mutating func post(_ path: String, _ body: String, token: String, now: Double = FakeFixtures.now) -> FakeAnswer {
        answer(FakeFixtures.form(path, body, token: token), now: now)
    }

    mutating func control(_ path: String, _ body: String) -> FakeAnswer {
        answer(FakeRequest("POST", path, body: Array(body.utf8)), now: FakeFixtures.now)
    }
}

extension FakeAnswer {
    /// The names of a listing's children.
    var names: [String] {
        (json?["data"]?["children"]?.array ?? []).compactMap { $0["data"]?["name"]?.string }
    }

    /// The code of the API's first error.
    var errorCode: String? { json?["json"]?["errors"]?[0]?[0]?.string }
}
