import Assets
import Engine
import Fakes
import HTTPClient
import JSONSchema
import JSONValue
import Pipeline
import Store
import Testing
import Threads

@testable import Reddit

/// The poster against a fake Reddit that misbehaves.
@Suite struct RedditPosterTests {
    private func poster(
        _ pair: RedditPair, _ shelf: CommentShelf, mode: PipelineSettings.PostingMode = .auto,
        limiter: PostingLimiter? = nil
    ) -> CommentPerformer {
        CommentPerformer(
            client: pair.client, sources: shelf, settings: RedditFixtures.settings(mode), limiter: limiter,
            authorKey: [1, 2, 3])
    }

    /// Performs and applies what it leaves behind; a short word for the outcome.
    private func run(
        _ poster: CommentPerformer, _ shelf: CommentShelf, _ job: JobRow, isResend: Bool = false,
        isLeaseYoung: @escaping @Sendable () -> Bool = { true }
    ) async -> (word: String, facts: JSONObject, retryAfter: Duration?, extras: Extras) {
        let outcome = await poster.perform(
            RedditFixtures.assignment(job, isResend: isResend, isLeaseYoung: isLeaseYoung))
        switch outcome {
        case .completed(let completion):
            shelf.apply(completion.extras)
            return ("completed", completion.facts, nil, completion.extras)
        case .failed(let failure):
            shelf.apply(failure.extras)
            let word = failure.code + (failure.isRetryable ? " retryable" : "")
            return (word, [:], failure.retryAfter, failure.extras)
        case .endpointFault(let code, _, let retryAfter): return ("fault " + code, [:], retryAfter, Extras())
        case .accepted: return ("accepted", [:], nil, Extras())
        }
    }

    private func fits(_ result: JSON?, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let violations = StageSchemas.result(of: .comment).validate(try #require(result))
        #expect(violations.isEmpty, "\(violations)", sourceLocation: sourceLocation)
    }

    @Test func `a comment is posted once with exactly the approved bytes`() async throws {
        try await RedditPair.with { pair in
            let post = try await pair.post()
            let shelf = try CommentShelf(post)
            let poster = poster(pair, shelf)
            let outcome = await run(poster, shelf, RedditFixtures.job(post, slot: 1_795_450_000_000_000))
            #expect(outcome.word == "completed")
            #expect(outcome.facts["outcome"] == "posted" && outcome.facts["mode"] == "live")
            let comments = try await pair.comments()
            #expect(comments.map { $0["body"]?.string } == [RedditFixtures.text(on: post)])
            #expect(outcome.facts["comment_id"] == comments.first?["name"])
            #expect(shelf.row?.state == .posted)
            #expect(shelf.row?.mark == CommentMark(post: post.rawValue).mark)
            try fits(shelf.latest)
            // However often it is asked again, there is one comment.
            for isResend in [false, true] {
                let again = await run(poster, shelf, RedditFixtures.job(post, attempt: 2), isResend: isResend)
                #expect(again.facts["comment_id"] == outcome.facts["comment_id"])
            }
            #expect(try await pair.comments().count == 1)
        }
    }

    @Test func `a comment that nobody here remembers is found by its mark before another is sent`() async throws {
        try await RedditPair.with { pair in
            let post = try await pair.post()
            for _ in 0..<2 {
                // As after a restore: what was stored about the comment is gone.
                let shelf = try CommentShelf(post)
                let outcome = await run(poster(pair, shelf), shelf, RedditFixtures.job(post))
                #expect(outcome.facts["comment_id"] == (try await pair.comments().first?["name"]))
            }
            #expect(try await pair.comments().count == 1)
        }
    }

    @Test func `other bytes than the approved ones are not sent`() async throws {
        try await RedditPair.with { pair in
            let post = try await pair.post()
            let shelf = try CommentShelf(post)
            var job = RedditFixtures.job(post)
            job.input["sha256"] = "another"
            #expect(await run(poster(pair, shelf), shelf, job).word == "approval_void")
            #expect(try await pair.comments().isEmpty)
        }
    }

    @Test func `a dry run asks nobody`() async throws {
        try await RedditPair.with { pair in
            let post = try await pair.post()
            let shelf = try CommentShelf(post)
            let outcome = await run(poster(pair, shelf, mode: .dryRun), shelf, RedditFixtures.job(post))
            #expect(outcome.word == "completed" && outcome.facts["mode"] == "dry_run")
            try fits(shelf.latest)
            #expect(await run(poster(pair, shelf, mode: .off), shelf, RedditFixtures.job(post)).word == "posting_off")
            let engagement = RedditFixtures.job(post, source: "engagement")
            #expect(await run(poster(pair, shelf, mode: .dryRun), shelf, engagement).facts["removed"] == "no")
            #expect(try await pair.control("state")["requests"]?["token"] == nil)
        }
    }

    @Test func `a dry run needs no submission that could be answered`() async throws {
        try await RedditPair.with { pair in
            let (shelf, job) = try RedditFixtures.local()
            #expect(await run(poster(pair, shelf, mode: .dryRun), shelf, job).facts["mode"] == "dry_run")
            try fits(shelf.latest)
            #expect(await run(poster(pair, shelf, mode: .auto), shelf, job).word == "no_target")
        }
    }

    /// A fault at the comment route; the word for the outcome; whether the comment stands.
    @Test(arguments: [
        ("500_after_acting", "unknown_outcome", true), ("500_before_acting", "unknown_outcome", false),
        ("503", "unknown_outcome", false), ("drop_after", "unknown_outcome", true),
        ("drop_before", "unknown_outcome", false), ("html_200", "unknown_outcome", false),
        ("html_200_after_acting", "unknown_outcome", true), ("429", "rate_limited retryable", false),
        ("ratelimit", "rate_limited retryable", false), ("403", "forbidden", false),
    ])
    func `an uncertain outcome is reconciled and never doubled`(
        fault: String, word: String, stands: Bool
    ) async throws {
        try await RedditPair.with { pair in
            let post = try await pair.post()
            let shelf = try CommentShelf(post)
            let poster = poster(pair, shelf)
            try await pair.control("faults", ["route": "comment", "fault": .string(fault), "times": 1])
            let first = await run(poster, shelf, RedditFixtures.job(post))
            #expect(first.word == word)
            #expect(try await pair.comments().count == (stands ? 1 : 0))
            guard word == "unknown_outcome" else { return }
            #expect(shelf.row?.state == .unknown)
            let looked = await run(poster, shelf, RedditFixtures.job(post, source: "reconcile"))
            #expect(looked.word == "completed")
            #expect(looked.facts["found"] == .bool(stands))
            if stands { try fits(shelf.latest) }
            // Sent again on purpose: what stands is found, what does not is posted.
            let again = await run(poster, shelf, RedditFixtures.job(post, attempt: 2))
            #expect(again.word == "completed")
            #expect(try await pair.comments().count == 1)
            #expect(shelf.row?.state == .posted)
            try fits(shelf.latest)
        }
    }

    @Test func `a late answer is an unknown outcome`() async throws {
        try await RedditPair.with(client: { $0.postTimeout = .milliseconds(200) }) { pair in
            let post = try await pair.post()
            let shelf = try CommentShelf(post)
            try await pair.control("faults", ["route": "comment", "fault": "slow", "times": 1, "delay_ms": 2000])
            #expect(await run(poster(pair, shelf), shelf, RedditFixtures.job(post)).word == "unknown_outcome")
            let looked = await run(poster(pair, shelf), shelf, RedditFixtures.job(post, source: "reconcile"))
            #expect(looked.facts["found"] == true)
        }
    }

    @Test func `what a former owner may have sent is looked for and not sent`() async throws {
        try await RedditPair.with { pair in
            let post = try await pair.post()
            let shelf = try CommentShelf(post)
            let poster = poster(pair, shelf)
            #expect(await run(poster, shelf, RedditFixtures.job(post), isResend: true).word == "unknown_outcome")
            #expect(try await pair.comments().isEmpty)
            // Nor does it go back to the queue when it cannot be looked for.
            try await pair.control("faults", ["route": "comments", "fault": "503", "times": 1])
            #expect(await run(poster, shelf, RedditFixtures.job(post), isResend: true).word == "unknown_outcome")
        }
    }

    @Test func `nothing is sent on a lease that is not young`() async throws {
        try await RedditPair.with { pair in
            let post = try await pair.post()
            let shelf = try CommentShelf(post)
            let outcome = await run(poster(pair, shelf), shelf, RedditFixtures.job(post), isLeaseYoung: { false })
            #expect(outcome.word == "fault lease_old")
            #expect(try await pair.comments().isEmpty)
        }
    }

    @Test func `a 401 was refused before acting and is tried once more`() async throws {
        try await RedditPair.with { pair in
            let post = try await pair.post()
            let shelf = try CommentShelf(post)
            try await pair.control("faults", ["route": "comment", "fault": "401", "times": 1])
            #expect(await run(poster(pair, shelf), shelf, RedditFixtures.job(post)).word == "completed")
            #expect(try await pair.comments().count == 1)
            let other = try await pair.post()
            let second = try CommentShelf(other)
            try await pair.control("faults", ["route": "comment", "fault": "401", "times": 2])
            let outcome = await run(poster(pair, second), second, RedditFixtures.job(other))
            #expect(outcome.word == "fault unauthorized")
        }
    }

    @Test func `a target that is locked or gone is not answered`() async throws {
        try await RedditPair.with { pair in
            let locked = try await pair.post()
            let removed = try await pair.post()
            try await pair.control(
                "posts", ["lock": [JSON(locked.fullname)], "remove": [JSON(removed.fullname)]])
            for (post, word) in [(locked, "target_locked"), (removed, "target_gone"), (PostID(3), "target_gone")] {
                let shelf = try CommentShelf(post)
                #expect(await run(poster(pair, shelf), shelf, RedditFixtures.job(post)).word == word)
                #expect(shelf.row?.state == .failed && shelf.forgotten.value == (word == "target_gone" ? 1 : 0))
            }
            #expect(try await pair.control("state")["requests"]?["comment"] == nil)
        }
    }

    @Test func `codes of the API end the job by name`() async throws {
        try await RedditPair.with { pair in
            let post = try await pair.post()
            let shelf = try CommentShelf(post)
            try await pair.control(
                "faults", ["route": "comment", "fault": "api_error", "code": "SOMETHING_IS_BROKEN", "times": 1])
            #expect(await run(poster(pair, shelf), shelf, RedditFixtures.job(post)).word == "author_blocked")
        }
    }

    @Test func `a RATELIMIT answer pauses the account`() async throws {
        try await RedditPair.with({ $0.commentGap = .seconds(600) }) { pair in
            let limiter = PostingLimiter(
                account: "rejoinder_bot",
                limits: SlotPlan.Limits(
                    account: SlotPlan.Rule(gap: .zero, perDay: 0), community: SlotPlan.Rule(gap: .zero, perDay: 0)),
                communities: ["science"], load: { _ in [:] })
            try await limiter.prepare(Lease(endpoint: "reddit", node: "n", epoch: 1))
            let first = try await pair.post()
            let shelf = try CommentShelf(first)
            #expect(
                await run(poster(pair, shelf, limiter: limiter), shelf, RedditFixtures.job(first)).word == "completed")
            let second = try await pair.post()
            let other = try CommentShelf(second)
            let outcome = await run(poster(pair, other, limiter: limiter), other, RedditFixtures.job(second))
            #expect(outcome.word == "rate_limited retryable")
            #expect(try #require(outcome.retryAfter) > .seconds(500))
            #expect(outcome.extras.limits.map(\.key) == ["pause:rejoinder_bot"])
            let now = RedditClock.system.now()
            guard
                case .later(let until, _, "account_paused") = limiter.admit(
                    RedditFixtures.job(second, slot: now.microseconds), endpoint: RedditFixtures.endpoint, now: now)
            else {
                Issue.record("the account is not paused")
                return
            }
            #expect(until > now + .seconds(500))
        }
    }

    @Test func `Reddit that cannot be reached is no fault of the post`() async throws {
        let http = HTTPClient(userAgent: RedditFixtures.agent)
        let client = RedditClient(
            options: RedditFixtures.options(port: 9), http: http, clock: RedditFixtures.hastyClock)
        let post = PostID(77)
        let shelf = try CommentShelf(post)
        let poster = CommentPerformer(
            client: client, sources: shelf, settings: RedditFixtures.settings(.auto), authorKey: [])
        #expect(await run(poster, shelf, RedditFixtures.job(post)).word == "fault not_sent")
        await http.close()
    }

    @Test func `engagement is what others see`() async throws {
        try await RedditPair.with { pair in
            let post = try await pair.post()
            let shelf = try CommentShelf(post)
            let poster = poster(pair, shelf)
            let posted = await run(poster, shelf, RedditFixtures.job(post))
            let name = try #require(posted.facts["comment_id"]?.string)
            let job = RedditFixtures.job(post, source: "engagement")
            let first = await run(poster, shelf, job)
            #expect(first.facts["removed"] == "no" && first.facts["visible"] == true)
            #expect(first.facts["score"]?.int != nil)
            try fits(shelf.latest)
            try await delete(name, pair)
            let second = await run(poster, shelf, job)
            #expect(second.facts["removed"] == "by_author" && second.facts["visible"] == false)
            #expect(shelf.latest?["engagement"]?["snapshots"]?.array?.count == 2)
            try fits(shelf.latest)
        }
    }

    private func delete(_ name: String, _ pair: RedditPair) async throws {
        let token = try await pair.client.tokens.token(.account)
        _ = try await pair.http.send(
            HTTPRequest(
                method: "POST", url: "http://127.0.0.1:\(pair.fake.port)/api/del",
                headers: [
                    ("Authorization", "bearer " + token), ("Content-Type", "application/x-www-form-urlencoded"),
                    ("User-Agent", RedditFixtures.agent),
                ], body: Array("id=\(name)".utf8)))
    }
}
