import JSONValue
import TestSupport
import Testing

@testable import Reddit

@Suite struct RedditSearchTests {
    private static let search = CommentSearch(
        account: "Bot_Account", parent: "t3_a", mark: "5d2f7c", body: "A & B\n\nfooter ref 5d2f7c")

    private static func comment(
        _ body: String, author: String? = "bot_account", parent: String = "t3_a"
    ) -> CommentThing {
        CommentThing(
            name: "t1_x", author: author, body: body, parent: parent, link: "t3_a", permalink: "",
            createdAt: Timestamp(microseconds: 0))
    }

    @Test(
        arguments: [
            (comment("anything\n\nmine, ref 5d2f7c\n"), "ref"), (comment("A &amp; B footer ref 5d2f7c"), "ref"),
            (comment("x ref 5d2f7cff"), nil), (comment("ref 5d2f7c\n\nno footer"), nil), (comment("xref 5d2f7c"), nil),
            (comment("x ref 5d2f7c", author: "another"), nil), (comment("x ref 5d2f7c", author: nil), nil),
            (comment("x ref 5d2f7c", parent: "t1_b"), nil),
        ] as [(CommentThing, String?)])
    func `our comment is known by author, place and mark`(comment: CommentThing, by: String?) {
        #expect(Self.search.find(in: [comment])?.by == by)
    }

    @Test func `without the mark the text decides, however Reddit spaced and escaped it`() {
        let search = CommentSearch(account: "me", parent: "t3_a", mark: "000000", body: "A & B > C\n\nD  E &lt;")
        let found = search.find(in: [Self.comment("A &amp; B &gt; C\nD E &amp;lt;", author: "me")])
        #expect(found?.by == nil)
        let same = search.find(in: [Self.comment("  A & B > C\nD E &lt; ", author: "me")])
        #expect(same?.by == "body_hash")
    }

    @Test(.readsSharedData("reddit"), .tags(.sharedData))
    func `a reply that stands in a recorded thread is found, one that does not is not`() throws {
        let search = CommentSearch(account: "test_bot_account", parent: "t3_hmkbt8", mark: "00", body: "Test reply")
        for (name, isThere) in [("found", true), ("not_found", false)] {
            let body = try RedditFixtures.exchange("monitor/reconcile_after_timeout_" + name)["body"] ?? .null
            let thread = try RedditDecoding.thread(body, now: Timestamp(seconds: 1_795_450_000))
            #expect((search.find(in: thread.comments) != nil) == isThere)
        }
    }
}
