import JSONSchema
import JSONValue
import Store
import Testing

@testable import Pipeline

@Suite("Comments")
struct CommentTests {
    let samples = Samples()

    private func comment(_ state: PostedComment.State) throws -> PostedComment {
        let work = try #require(samples.work(.comment, samples.edited()).comment)
        var comment = PostedComment(
            work: work, post: 42, subreddit: "science", authorKey: "", account: "bot", mode: .live, state: state)
        comment.attempts = [CommentAttempt(number: 1, startedAt: Timestamp(seconds: 1_790_001_000))]
        if state == .posted { comment.commentID = "t1_abc" }
        return comment
    }

    private func failure(_ source: JobSource, _ results: [JSON], input: JSONObject = [:]) -> StageFailure? {
        #expect(throws: StageFailure.self) { try samples.work(source, results, input: input) }
    }

    @Test func `a posted comment has facts and a valid result`() throws {
        let outcome = try samples.read(.comment, comment(.posted).json, after: samples.edited())
        #expect(outcome.facts == ["outcome": "posted", "mode": "live", "comment_id": "t1_abc"])
        #expect(outcome.stage == .postQueue)
        #expect(StageSchemas.result(of: .comment).validate(outcome.result) == [])
        let hidden = try samples.read(.comment, comment(.postedInvisible).json, after: samples.edited())
        #expect(hidden.facts["outcome"] == "invisible")
    }

    @Test(arguments: [
        (PostedComment.State.unknown, StageFailure.Code.unknownOutcome), (.sending, .unknownOutcome),
        (.failedTerminal, .notPosted), (.rateLimited, .notPosted),
    ])
    func `a comment that was not posted is a failure by name`(
        _ state: PostedComment.State, _ code: StageFailure.Code
    ) throws {
        let output = try comment(state).json
        let failure = #expect(throws: StageFailure.self) {
            try samples.read(.comment, output, after: samples.edited())
        }
        #expect(failure?.code == code)
    }

    @Test func `only the approved bytes may be posted`() throws {
        let results = try samples.edited()
        let decision = try #require(results.last)
        let hash = try #require(decision["rendered_sha256"])
        #expect(try samples.work(.comment, results, input: ["sha256": hash]).comment?.bodyHash == hash.string)
        #expect(failure(.comment, results, input: ["sha256": .string(TextHash.of("x"))])?.code == .approvalVoid)
        let changed = decision.with("rendered_body", "something else ref 000000")
        #expect(failure(.comment, results.dropLast() + [changed])?.code == .approvalVoid)
        #expect(failure(.comment, results.dropLast())?.code == .missingInput)
    }

    @Test func `a result about other bytes or another post is refused`() throws {
        let good = try comment(.posted).json
        for (key, value) in [("body_sha256", "00"), ("thing_id", "t3_zz"), ("outbox_id", "0")] as [(String, JSON)] {
            #expect(throws: StageFailure.self, "\(key)") {
                try samples.read(.comment, good.with(key, value), after: samples.edited())
            }
        }
    }

    @Test func `reconciling and engagement have their facts`() throws {
        var comment = try comment(.posted)
        comment.reconciliation = PostedComment.Reconciliation(
            checkedAt: Timestamp(seconds: 1_790_002_000), lookedIn: ["thread"], found: true, matchedBy: "ref", checks: 1
        )
        let found = try samples.read(.reconcile, comment.json, after: samples.edited())
        #expect(found.facts == ["found": true, "comment_id": "t1_abc"])
        comment.engagement.score = -3
        comment.engagement.removed = .byModerator
        comment.engagement.isVisibleToOthers = false
        let after = try samples.edited() + [found.result]
        let watched = try samples.read(.engagement, comment.json, after: after)
        #expect(watched.facts == ["score": -3, "replies": 0, "removed": "by_moderator", "visible": false])
        #expect(watched.stage == .published)
    }

    @Test func `a post that did not come from Reddit can be commented on in a dry run only`() throws {
        var local = samples
        local.submission.id = PostID(PostID.firstLocal)
        let results = try samples.edited()
        local.settings.posting.mode = .dryRun
        #expect(try local.work(.comment, results).comment?.thingID == "")
        for mode in [PipelineSettings.PostingMode.off, .approve, .auto] {
            local.settings.posting.mode = mode
            let failure = #expect(throws: StageFailure.self) { try local.work(.comment, results) }
            #expect(failure?.code == .noTarget)
        }
    }

    @Test func `the mark of a post is always the same and of no other post`() {
        #expect(CommentMark(post: 42) == CommentMark(post: 42))
        #expect(Set((1...500).map { CommentMark(post: $0).mark }).count == 500)
    }
}
