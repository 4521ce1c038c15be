import JSONValue
import Store
import TestSupport
import Testing

@testable import Reddit

@Suite struct RedditDecodingTests {
    private static let now = Timestamp(seconds: 1_795_450_000)
    private static func names(_ folder: String) -> [String] {
        let files = (try? SharedData.list("reddit/" + folder)) ?? []
        return files.filter { $0.hasSuffix(".json") }.sorted().map { folder + "/" + $0.dropLast(5) }
    }

    /// Listings anywhere in a value.
    private static func listings(_ json: JSON) -> [JSON] {
        switch json {
        case .array(let elements): elements.flatMap(listings)
        case .object(let object) where object["kind"]?.string == "Listing": [json]
        case .object(let object): object.flatMap { listings($0.value) }
        default: []
        }
    }

    @Test(
        .readsSharedData("reddit"), .tags(.sharedData), arguments: names("listing") + names("comments") + names("info"))
    func `every recorded thing of a listing is read`(name: String) throws {
        let body = try RedditFixtures.exchange(name)["body"] ?? .null
        for listing in Self.listings(body) {
            // One recorded post has lost its community to the recording's scrubbing.
            let kinds = (listing["data"]?["children"]?.array ?? [])
                .filter { $0["data"]?["subreddit"]?.string != nil }.compactMap { $0["kind"]?.string }
            let posts = try RedditDecoding.submissions(listing, now: Self.now)
            #expect(posts.things.count == kinds.count { $0 == "t3" }, "\(name)")
            #expect(try RedditDecoding.comments(listing).things.count == kinds.count { $0 == "t1" }, "\(name)")
            #expect(posts.things.allSatisfy { $0.submission.id.fullname?.hasPrefix("t3_") == true })
            #expect(posts.things.allSatisfy { $0.submission.createdAt <= Self.now })
        }
    }

    @Test(.readsSharedData("reddit"), .tags(.sharedData)) func `the recorded listings hold 496 submissions`() throws {
        var ids: Set<PostID> = []
        for name in Self.names("listing") {
            for listing in Self.listings(try RedditFixtures.exchange(name)["body"] ?? .null) {
                ids.formUnion(try RedditDecoding.submissions(listing, now: Self.now).things.map(\.submission.id))
            }
        }
        #expect(ids.count == 496)
    }

    @Test(.readsSharedData("reddit"), .tags(.sharedData)) func `odd submissions are left alone for a reason`() throws {
        let body = try RedditFixtures.exchange("listing/new_with_edge_cases_constructed")["body"] ?? .null
        let page = try RedditDecoding.submissions(body, now: Self.now)
        var rules = SkipRules(ownAccounts: ["test_bot_account"])
        rules.skipsLinksWithoutText = true
        let reasons = page.things.map { rules.reason($0)?.rawValue ?? "" }
        #expect(
            reasons == [
                "", "deleted_author", "removed", "locked", "archived", "over_18", "link_without_text", "", "stickied",
                "own_post", "", "",
            ])
        #expect(SkipRules().reason(page.things[6]) == nil)
    }

    @Test(
        .readsSharedData("reddit"), .tags(.sharedData),
        arguments: [
            ("errors/http_401_invalid_token_new", RedditError.Code.unauthorized),
            ("errors/http_403_forbidden", .forbidden), ("errors/http_403_insufficient_scope", .insufficientScope),
            ("errors/http_403_insufficient_scope_new", .insufficientScope),
            ("errors/http_403_user_agent_blocked_html", .blocked),
            ("errors/http_404_not_found_new", .notFound), ("errors/http_429_html_new", .rateLimited),
            ("errors/http_302_redirect", .redirected), ("errors/http_301_redirect", .redirected),
            ("errors/http_500_json", .serverError), ("errors/http_522_cloudflare_timeout", .serverError),
            ("errors/http_414_uri_too_long", .badRequest), ("errors/http_451_legal", .badRequest),
            ("errors/http_400_html", .badRequest), ("moderation/private_403", .communityPrivate),
            ("moderation/banned_404", .communityBanned), ("moderation/gated_403", .communityGated),
            ("moderation/quarantined_403_with_reason", .communityQuarantined),
            ("moderation/unknown_subreddit_302", .redirected),
        ])
    func `a recorded error has a name`(name: String, code: RedditError.Code) throws {
        let response = RedditFixtures.response(try RedditFixtures.exchange(name))
        #expect(RedditFailure.error(response)?.code == code)
    }

    @Test(
        .readsSharedData("reddit"), .tags(.sharedData),
        arguments: [
            ("errors/http_200_truncated_json", RedditError.Code.notJSON), ("errors/http_200_zero_bytes", .notJSON),
            ("errors/api_user_required_200", .apiError), ("comment-post/http_200_html_body", .notJSON),
        ])
    func `a success that is none has a name too`(name: String, code: RedditError.Code) throws {
        let response = RedditFixtures.response(try RedditFixtures.exchange(name))
        #expect(RedditFailure.error(response) == nil)
        #expect { try RedditFailure.value(response) } throws: { ($0 as? RedditError)?.code == code }
    }

    @Test(
        .readsSharedData("reddit"), .tags(.sharedData),
        arguments: [
            ("oauth/password_grant_ok", nil), ("oauth/refresh_token_ok", nil),
            ("oauth/password_grant_ok_2023_expires_86400", nil),
            ("oauth/password_grant_invalid_grant_200", RedditError.Code.tokenRefused),
            ("oauth/password_grant_not_script_app_200_error", .tokenRefused),
            ("oauth/refresh_token_invalid_400_old", .tokenRefused),
            ("oauth/refresh_token_invalid_400_new", .tokenRefused),
            ("oauth/client_credentials_wrong_401", .tokenRefused), ("oauth/token_endpoint_429", .rateLimited),
        ])
    func `the token endpoint's answers are told apart`(name: String, code: RedditError.Code?) throws {
        let response = RedditFixtures.response(try RedditFixtures.exchange(name))
        let result = Result { () throws(RedditError) in try TokenAnswer.read(response, now: Self.now) }
        switch result {
        case .success(let token):
            #expect(code == nil)
            #expect(token.refreshAt > Self.now + .seconds(3000))
        case .failure(let error): #expect(error.code == code)
        }
    }

    @Test func `a text that no database stores spoils itself only`() throws {
        let body = #"{"a": "x\u0000y\ud83dz", "b": "\ud83d\ude00 \\u0000"}"#
        let json = try JSONRepair.parse(Array(body.utf8))
        #expect(json["a"]?.string == "x\u{FFFD}y\u{FFFD}z")
        #expect(json["b"]?.string == "😀 \\u0000")
    }

    @Test func `absurd numbers and missing members do not stop a listing`() throws {
        let data = #"{"name": "t3_1a", "subreddit": "x", "created_utc": 1e300, "score": 1e40, "num_comments": -3}"#
        let text = #"{"kind": "Listing", "data": {"children": [{"kind": "t3", "data": \#(data)}, {"kind": "t3"}, 3]}}"#
        let page = try RedditDecoding.submissions(try JSON.parse(text), now: Self.now)
        #expect(page.undecodable == 2)
        #expect(page.things[0].submission.createdAt == Self.now)
        #expect(page.things[0].submission.score == 0)
        #expect(page.things[0].submission.commentCount == 0)
    }
}
