import HTTPClient
import JSONValue
import TestSupport
import Testing

@testable import Reddit

/// What each recorded answer to a comment means.
@Suite struct RedditAnswerTests {
    private static let meanings: [String: String] = [
        "err_comment_guidance_validation_failed": "guidance_refused", "err_comment_unrepliable": "refused",
        "err_commenter_blocked_poster": "author_blocked", "err_deleted_comment": "target_gone",
        "err_domain_banned": "text_refused", "err_in_timeout": "not_allowed", "err_no_text": "request_refused",
        "err_not_a_known_code": "refused", "err_ratelimit_compact_units": "wait 568",
        "err_ratelimit_new_take_a_break_minutes": "wait 900", "err_ratelimit_new_take_a_break_seconds": "wait",
        "err_ratelimit_no_duration": "wait 600", "err_ratelimit_old_milliseconds": "wait 1",
        "err_ratelimit_old_minutes": "wait", "err_ratelimit_old_seconds": "wait 54",
        "err_something_is_broken": "author_blocked", "err_subreddit_notallowed": "not_allowed",
        "err_subreddit_outbound_linking_disallowed": "text_refused", "err_thread_locked": "target_locked",
        "err_too_long": "request_refused", "err_too_many_comments": "thread_full", "err_too_old": "target_locked",
        "err_two_errors": "request_refused", "err_user_blocked": "author_blocked",
        "err_user_required": "request_refused", "http_200_html_body": "unknown",
        "http_403_banned_or_bad_parent": "forbidden", "http_500_but_posted": "unknown",
        "http_503_outcome_unknown": "unknown", "reply_nothing_returned_comment": "invisible",
        "reply_nothing_returned_submission": "invisible", "reply_to_comment_2016_ok": "posted",
        "reply_to_comment_2020_ok": "posted", "reply_to_message_2025_ok": "posted",
        "reply_to_submission_2016_ok": "posted", "reply_to_submission_2020_ok": "posted",
        "success_rtjson_flat": "posted",
    ]

    private static func meaning(_ answer: CommentAnswer) -> String {
        switch answer {
        case .posted: "posted"
        case .invisible: "invisible"
        case .rateLimited(let wait): "wait \(Int((wait / .seconds(1)).rounded()))"
        case .windowSpent: "window"
        case .unauthorized: "unauthorized"
        case .refused(let refusal): refusal.code
        case .unknown: "unknown"
        }
    }

    @Test(.readsSharedData("reddit"), .tags(.sharedData), arguments: meanings.sorted { $0.key < $1.key })
    func `a recorded answer has one meaning`(name: String, expected: String) throws {
        let answer = CommentAnswer(RedditFixtures.response(try RedditFixtures.exchange("comment-post/" + name)))
        let found = Self.meaning(answer)
        #expect(expected == "wait" ? found.hasPrefix("wait ") : found == expected, "\(name): \(answer)")
    }

    @Test(.readsSharedData("reddit"), .tags(.sharedData)) func `each recorded answer is in the table`() throws {
        let names = try SharedData.list("reddit/comment-post").filter { $0.hasSuffix(".json") }
        #expect(Set(names.map { String($0.dropLast(5)) }) == Set(Self.meanings.keys))
    }

    @Test(arguments: [
        (401, "", "unauthorized"), (429, "", "window"), (403, "<html>", "forbidden"), (400, "{}", "request_refused"),
        (500, "", "unknown"), (302, "", "unknown"), (204, "", "unknown"), (408, "", "unknown"), (200, "", "unknown"),
        (200, "{}", "unknown"), (200, #"{"json": {}}"#, "unknown"),
        (200, #"{"json": {"errors": [], "data": {"things": [{"data": {}}]}}}"#, "unknown"),
        (200, #"{"json": {"errors": [], "data": {"things": [{"data": {"name": "t1_../x"}}]}}}"#, "unknown"),
        (200, #"{"json": {"errors": [3]}}"#, "refused"),
        (200, #"{"json": {"errors": [["NO_TEXT", ""], ["RATELIMIT", "in 2 minutes"]]}}"#, "wait 180"),
    ])
    func `only what surely was refused may be sent again`(status: Int, body: String, expected: String) {
        #expect(Self.meaning(CommentAnswer(HTTPResponse(status: status, body: Array(body.utf8)))) == expected)
    }

    @Test(arguments: [
        ("try again in 9 minutes.", 600.0), ("Take a break for 14 minutes before trying again.", 900),
        ("for 1 minute before", 120), ("for 9m27s before", 568), ("for 53 seconds", 54), ("202 milliseconds.", 1),
        ("in 2 hours", 10_800), ("in 9 Minuten", 600), ("in 45s", 46), ("later", 600), ("in 99999 hours", 86_400),
        ("wait for 3 comments", 600),
    ])
    func `the wait of a text is read with a unit more`(text: String, seconds: Double) {
        #expect(RateLimitText.wait(exact: nil, message: text) == .seconds(seconds))
    }

    @Test func `the longer of number and text is waited for`() {
        #expect(RateLimitText.wait(exact: 700, message: "9 minutes") == .seconds(700))
        #expect(RateLimitText.wait(exact: 53.5, message: "53 seconds") == .seconds(54))
        #expect(RateLimitText.wait(exact: -1, message: "") == .seconds(600))
    }
}
