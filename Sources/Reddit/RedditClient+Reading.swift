import JSONValue
import Store

extension RedditClient {
    /// Calls that scans leave to posting and its checks.
    static let scanReserve = 20

    /// One page of the newest submissions of some communities.
    package func newest(
        in communities: [String], after: String? = nil
    ) async throws -> ListingPage<SubmissionThing> {
        let path = "/r/" + communities.map(FormText.encoded).joined(separator: "+") + "/new"
        let anchor = after.map { [("after", $0)] } ?? []
        let json = try await get(path, query: [("limit", "100"), ("show", "all")] + anchor, reserve: Self.scanReserve)
        return try RedditDecoding.submissions(json, now: clock.now())
    }

    /// The submission as it is now, with the newest comments directly below it.
    package func thread(_ fullname: String) async throws -> CommentThread {
        let json = try await get(
            "/comments/" + fullname.dropFirst(3), query: [("sort", "new"), ("limit", "500"), ("depth", "1")])
        return try RedditDecoding.thread(json, now: clock.now())
    }

    /// What our account wrote last, newest first.
    package func ownComments() async throws -> [CommentThing] {
        let json = try await get(
            "/user/" + FormText.encoded(account) + "/comments", query: [("sort", "new"), ("limit", "100")])
        return try RedditDecoding.comments(json).things
    }

    /// A comment by its fullname; nil when Reddit does not know it.
    package func comment(_ fullname: String, as identity: RedditIdentity) async throws -> CommentThing? {
        let json = try await get("/api/info", query: [("id", fullname)], as: identity)
        return try RedditDecoding.comments(json).things.first { $0.name == fullname }
    }

    /// The answers directly below a comment; nil when the thread does not show it.
    package func replies(
        to fullname: String, under link: String, as identity: RedditIdentity
    ) async throws -> [CommentThing]? {
        let json = try await get(
            "/comments/\(link.dropFirst(3))/_/\(fullname.dropFirst(3))", query: [("limit", "100"), ("depth", "2")],
            as: identity)
        return try RedditDecoding.thread(json, now: clock.now()).comments.first { $0.name == fullname }?.replies
    }
}
