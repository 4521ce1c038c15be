import Crypto
import Engine
import Fakes
import HTTPClient
import JSONValue
import Pipeline
import Store
import TestSupport
import Testing
import Threads

@testable import Reddit

/// What the tests of the Reddit client share.
enum RedditFixtures {
    static let agent = RedditOptions.userAgent(
        application: "rejoinder-tests", version: "v1", operator: "rejoinder_bot")

    static func options(port: UInt16) -> RedditOptions {
        var options = RedditOptions(
            clientID: "rejoinder", clientSecret: "fake-client-secret", username: "rejoinder_bot",
            credential: .password("fake-password"), userAgent: agent)
        options.tokenBase = "http://127.0.0.1:\(port)"
        options.apiBase = options.tokenBase
        return options
    }

    /// The system's time, and sleeps that are over at once.
    static let hastyClock = RedditClock(
        now: RedditClock.system.now, sleep: { _ in try Task.checkCancellation() }, random: { 0 })

    /// A recorded exchange beside the repository.
    static func exchange(_ name: String) throws -> JSON {
        try JSON.parse(try SharedData.bytes("reddit/\(name).json"), limits: JSONRepair.limits)
    }

    static func response(_ exchange: JSON) -> HTTPResponse {
        let headers = exchange["headers"]?.object?.map { ($0.key, $0.value.string ?? "") } ?? []
        let body: [UInt8] =
            switch exchange["body_kind"]?.string {
            case "json": exchange["body"]?.bytes() ?? []
            case "text": Array((exchange["body"]?.string ?? "").utf8)
            default: []
            }
        return HTTPResponse(
            status: Int(exchange["status"]?.int ?? 0), headers: HTTPHeaders(headers), body: body)
    }

    static func submission(_ name: String, community: String = "science") throws -> Submission {
        Submission(
            id: try #require(PostID(name)), source: "reddit", community: community, author: "poster", title: "A claim",
            body: "", url: "https://www.reddit.com/x", permalink: "https://www.reddit.com/x",
            createdAt: Timestamp(seconds: 1_795_450_000), score: 10, commentCount: 2)
    }

    static func text(on post: PostID) -> String {
        "The tower is 330 m tall & > 300 m ([example.org](https://example.org/a_b)).\n\n---\n\n"
            + "I am an automated account. \(CommentMark(post: post.rawValue).reference)"
    }

    /// The editorial result that a comment is posted from.
    static func editorial(_ post: PostID) -> ResultRow {
        let body = text(on: post)
        let checks = [
            "length_ok", "citations_known", "links_from_sources_only", "no_mentions", "disclosure_present",
            "domains_allowed", "meaning_kept",
        ]
        let decision: JSON = [
            "schema": "EditorialDecision/1", "post_id": .int(post.rawValue), "run": [:], "decision": "approve",
            "decision_by_model": "approve", "draft_sha256": "", "final_body_markdown": "The tower is tall [s1].",
            "rendered_body": .string(body), "rendered_sha256": .string(Digest.sha256Hex(body)), "issues": [],
            "model_checks": [:], "code_checks": .object(JSONObject(checks.map { ($0, true) })),
            "approval": [
                "required": false, "state": "not_required", "by": nil, "at": nil, "edited": false, "note": nil,
                "expires_at": nil,
            ],
            "confidence": 0.9, "reasoning": "",
        ]
        return ResultRow(post: post, stage: "editorial", result: decision, hash: "", attempt: "")
    }

    static func job(
        _ post: PostID, source: String = "comment", attempt: Int = 1, slot: Int64 = 0, community: String = "science"
    ) -> JobRow {
        JobRow(
            key: JobKey(post: post, number: 5), invocation: source, source: source, stage: "post_queue",
            input: ["slot": .int(slot), "sha256": .string(Digest.sha256Hex(text(on: post)))], phase: .starting,
            attempt: attempt, endpoint: "reddit", epoch: 1, priority: 1, community: community,
            queuedAt: Timestamp(microseconds: 0), readyAt: Timestamp(microseconds: 0),
            wakeAt: Timestamp(microseconds: 0), timeoutMicroseconds: 90_000_000)
    }

    static let endpoint = EndpointRow(
        name: "reddit", url: "", wireProtocol: "reddit", model: "",
        capabilities: ["comment", "reconcile", "engagement"], maxConcurrent: 1)

    static func assignment(
        _ job: JobRow, isResend: Bool = false, isLeaseYoung: @escaping @Sendable () -> Bool = { true }
    ) -> Assignment {
        Assignment(
            job: job, endpoint: endpoint, lease: Lease(endpoint: "reddit", node: "n", epoch: 1), isResend: isResend,
            isLeaseYoung: isLeaseYoung)
    }

    /// A post that a tool submitted, and its comment job.
    static func local() throws -> (CommentShelf, JobRow) {
        let post = PostID(PostID.firstLocal)
        return (try CommentShelf(local: post), job(post))
    }

    static func settings(_ mode: PipelineSettings.PostingMode) -> PipelineSettings {
        var settings = PipelineSettings()
        settings.posting.mode = mode
        return settings
    }
}

/// A fake Reddit that listens, and a client that talks to it.
struct RedditPair {
    let fake: FakeReddit
    let http: HTTPClient
    let client: RedditClient

    static func with(
        _ change: (inout FakeRedditOptions) -> Void = { _ in }, clock: RedditClock = RedditFixtures.hastyClock,
        client changeClient: (inout RedditOptions) -> Void = { _ in }, _ body: (RedditPair) async throws -> Void
    ) async throws {
        var options = FakeRedditOptions()
        change(&options)
        let fake = try FakeReddit(options: options)
        try fake.start()
        let http = HTTPClient(userAgent: RedditFixtures.agent)
        var clientOptions = RedditFixtures.options(port: fake.port)
        changeClient(&clientOptions)
        let pair = RedditPair(
            fake: fake, http: http, client: RedditClient(options: clientOptions, http: http, clock: clock))
        do {
            try await body(pair)
        } catch {
            await pair.close()
            throw error
        }
        await pair.close()
    }

    private func close() async {
        await http.close()
        await fake.close()
    }

    @discardableResult
    func control(_ name: String, _ body: JSON? = nil) async throws -> JSON {
        let answer = try await http.send(
            HTTPRequest(
                method: body == nil ? "GET" : "POST", url: "http://127.0.0.1:\(fake.port)/_control/\(name)",
                body: body?.bytes() ?? []))
        return try JSON.parse(answer.body)
    }

    /// Adds submissions; returns their fullnames.
    func add(_ posts: [JSON]) async throws -> [String] {
        try await control("posts", ["posts": .array(posts)])["names"]?.array?.compactMap(\.string) ?? []
    }

    func post(_ community: String = "science") async throws -> PostID {
        let names = try await add([["subreddit": .string(community), "title": "A claim"]])
        return try #require(names.first.flatMap { PostID($0) })
    }

    /// Comments that stand at the fake Reddit.
    func comments() async throws -> [JSON] { try await control("state")["comments"]?.array ?? [] }
}

/// Holds what the poster reads, and applies what it leaves behind as a store would.
final class CommentShelf: CommentSources {
    private let results = Locked<[ResultRow]>([])
    private let rows = Locked<[CommentRow]>([])
    /// How often the texts of the post were to go.
    let forgotten = Shared(0)
    private let submission: Submission

    init(_ post: PostID) throws {
        submission = try RedditFixtures.submission(try #require(post.fullname))
        results.withLock { $0 = [RedditFixtures.editorial(post)] }
    }

    /// A post that a tool submitted.
    init(local post: PostID) throws {
        var local = try RedditFixtures.submission("t3_1")
        local.id = post
        submission = local
        results.withLock { $0 = [RedditFixtures.editorial(post)] }
    }

    func submission(_ id: PostID) async throws -> Submission? { submission }
    func results(_ id: PostID) async throws -> [ResultRow] { results.withLock { $0 } }
    func comments(of post: PostID) async throws -> [CommentRow] { rows.withLock { $0 } }
    func forgetTexts(of post: PostID) async throws { forgotten.withLock { $0 += 1 } }

    func apply(_ extras: Extras) {
        results.withLock { $0 += extras.results }
        guard let row = extras.comments.last else { return }
        rows.withLock { rows in
            rows.removeAll { ![.failed, .cancelled].contains($0.state) }
            rows.append(row)
        }
    }

    var row: CommentRow? { rows.withLock { $0.last } }
    var latest: JSON? { results.withLock { $0.last?.result } }
}
