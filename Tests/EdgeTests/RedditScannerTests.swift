import Engine
import Fakes
import JSONValue
import Pipeline
import Store
import TestSupport
import Testing
import Threads

@testable import Reddit

/// Takes posts as an engine would; counts what came twice.
final class StubIngest: Ingesting {
    struct State: Sendable {
        var posts: [PostID: NewPost] = [:]
        var order: [PostID] = []
        var offered = 0
        /// Calls of `create`, counted from 1, and the one that throws after half of its posts were taken.
        var calls = 0
        var failing = 0
        var poison: Set<PostID> = []
        var forgotten: [PostID] = []
    }

    let state = Locked(State())

    func existing(_ ids: [PostID]) async throws -> Set<PostID> {
        state.withLock { state in Set(ids.filter { state.posts[$0] != nil }) }
    }

    func create(_ posts: [NewPost]) async throws -> Set<PostID> {
        try state.withLock { state throws in
            if posts.contains(where: { state.poison.contains($0.submission.id) }) {
                throw StoreError(.refusedData, "a text cannot be stored")
            }
            state.calls += 1
            let isFailing = state.calls == state.failing
            var new: Set<PostID> = []
            for post in isFailing ? Array(posts.prefix(posts.count / 2)) : posts {
                state.offered += 1
                guard state.posts[post.submission.id] == nil else { continue }
                state.posts[post.submission.id] = post
                state.order.append(post.submission.id)
                new.insert(post.submission.id)
            }
            if isFailing { throw StoreError(.unavailable, "the database is away") }
            return new
        }
    }

    func forgetTexts(of ids: [PostID]) async throws { state.withLock { $0.forgotten += ids } }

    func hasOlder(than id: PostID, in communities: [String]) async throws -> Bool {
        state.withLock { state in
            state.posts.values.contains {
                $0.submission.id < id && communities.contains($0.submission.community)
            }
        }
    }

    var ids: Set<PostID> { state.withLock { Set($0.posts.keys) } }
}

@Suite struct RedditScannerTests {
    private func scanner(
        _ pair: RedditPair, _ sink: StubIngest, _ communities: [String], pages: Int = 10
    ) -> Scanner {
        var options = Scanner.Options(
            communities: communities, rules: SkipRules(ownAccounts: ["rejoinder_bot"]),
            priority: { Priority.of($0, now: $1) })
        options.pageLimit = pages
        return Scanner(client: pair.client, sink: sink, options: options)
    }

    @Test(.readsSharedData("reddit"), .tags(.sharedData))
    func `the recorded submissions are all ingested, each once, over pages that overlap`() async throws {
        var names: [String] = []
        try await RedditPair.with({ $0.recordings = SharedData.url("reddit").path }) {
            names = try await communities($0)
        }
        try await RedditPair.with {
            $0.recordings = SharedData.url("reddit").path
            $0.waves = 3
        } _: { pair in
            let sink = StubIngest()
            let scanner = scanner(pair, sink, names)
            var skipped = 0
            for _ in 0..<4 { skipped += try await scanner.scan().skipped.values.reduce(0, +) }
            #expect(sink.ids.count == 496)
            #expect(sink.state.withLock { $0.offered } == 496)
            let reasons = sink.state.withLock { $0.posts.values.count { $0.context["skip"] != "" } }
            #expect(reasons == skipped && skipped > 0)
            #expect(scanner.totals.new == 496)
            #expect(try await scanner.scan().new == 0)
        }
    }

    /// The communities that the fake Reddit shows under `all`, however much of it is out yet.
    private func communities(_ pair: RedditPair) async throws -> [String] {
        var names: Set<String> = []
        for _ in 0..<4 { try await pair.control("advance", [:]) }
        var after: String?
        repeat {
            let page = try await pair.client.newest(in: ["all"], after: after)
            names.formUnion(page.things.map(\.submission.community))
            after = page.after
        } while after != nil
        return names.sorted()
    }

    @Test func `paging goes on until a whole page is known`() async throws {
        try await RedditPair.with({ $0.madeUp = 350 }) { pair in
            let sink = StubIngest()
            let scanner = scanner(pair, sink, ["all"])
            let first = try await scanner.scan()
            #expect(first.new == 350 && first.pages == 4 && first.gaps == 0)
            _ = try await pair.add((0..<5).map { ["subreddit": "science", "title": .string("claim \($0)")] })
            let second = try await scanner.scan()
            #expect(second.new == 5 && second.pages == 2 && second.seen == 200)
            #expect(try await scanner.scan().pages == 1)
        }
    }

    @Test func `the oldest come first, so that a pass that broke off is made whole by the next`() async throws {
        try await RedditPair.with({ $0.madeUp = 350 }) { pair in
            let sink = StubIngest()
            sink.state.withLock { $0.failing = 3 }
            let scanner = scanner(pair, sink, ["all"])
            await #expect(throws: StoreError.self) { try await scanner.scan() }
            #expect(sink.ids.count == 250)
            let report = try await scanner.scan()
            #expect(report.new == 100)
            #expect(sink.ids.count == 350)
        }
    }

    @Test func `a submission that cannot be stored harms itself only`() async throws {
        try await RedditPair.with({ $0.madeUp = 30 }) { pair in
            let sink = StubIngest()
            let page = try await pair.client.newest(in: ["all"])
            sink.state.withLock { $0.poison = [page.things[7].submission.id] }
            let report = try await scanner(pair, sink, ["all"]).scan()
            #expect(report.new == 29 && report.refused == 1)
        }
    }

    @Test func `a known submission that is shown as removed loses its texts`() async throws {
        try await RedditPair.with { pair in
            let sink = StubIngest()
            let names = try await pair.add([
                ["subreddit": "science", "title": "gone", "selftext": "[removed]"],
                ["subreddit": "science", "title": "there"],
            ])
            _ = try await scanner(pair, sink, ["science"]).scan()
            #expect(sink.state.withLock { $0.forgotten }.isEmpty)
            _ = try await scanner(pair, sink, ["science"]).scan()
            #expect(sink.state.withLock { $0.forgotten } == [try #require(PostID(names[0]))])
        }
    }

    @Test func `a submission that is older than what is remembered is not taken for new`() async throws {
        try await RedditPair.with({ $0.madeUp = 30 }) { pair in
            let sink = StubIngest()
            var options = Scanner.Options(
                communities: ["all"], rules: SkipRules(ownAccounts: []), priority: { _, _ in 1 })
            options.maximumAge = .seconds(-86_400)
            let report = try await Scanner(client: pair.client, sink: sink, options: options).scan()
            #expect(report.new == 0 && report.seen == 30 && report.pages == 1)
        }
    }

    @Test func `a listing that ends before anything known is a gap`() async throws {
        try await RedditPair.with({ $0.madeUp = 10 }) { pair in
            let sink = StubIngest()
            let scanner = scanner(pair, sink, ["science"], pages: 2)
            _ = try await pair.add([["subreddit": "science", "title": "old", "name": "t3_2"]])
            _ = try await scanner.scan()
            let before = scanner.totals.gaps
            _ = try await pair.add(
                (0..<250).map { ["subreddit": "science", "title": "n", "name": .string("t3_zz" + String($0 + 100))] })
            #expect(try await scanner.scan().gaps == 1)
            #expect(before == 0)
        }
    }

    @Test func `a community that cannot be read does not hide the others`() async throws {
        try await RedditPair.with { pair in
            _ = try await pair.add([
                ["subreddit": "science", "title": "a"], ["subreddit": "pics", "title": "b"],
            ])
            try await pair.control("faults", ["route": "listing", "fault": "403", "times": 2])
            let sink = StubIngest()
            let report = try await scanner(pair, sink, ["science", "pics", "history"]).scan()
            // The first refusal divides the listing, the second names its first half.
            #expect(report.unavailable == ["science": .forbidden])
            #expect(report.new == 1)
            #expect(try await scanner(pair, sink, ["no_such_place"]).scan().unavailable.values.first == .redirected)
        }
    }

    @Test func `a failing scan is tried again later, after the time that Reddit asks for`() async throws {
        #expect(Scanner.pause(after: RedditError(.timedOut, ""), failures: 1, interval: .seconds(10)) == .seconds(10))
        #expect(Scanner.pause(after: RedditError(.timedOut, ""), failures: 3, interval: .seconds(10)) == .seconds(40))
        #expect(Scanner.pause(after: RedditError(.timedOut, ""), failures: 30, interval: .seconds(10)) == .seconds(300))
        let spent = RedditError(.rateLimited, "", retryAfter: .seconds(599))
        #expect(Scanner.pause(after: spent, failures: 1, interval: .seconds(10)) == .seconds(599))
    }

    @Test func `scanning goes on after errors and ends when cancelled`() async throws {
        let pauses = Locked(0)
        let enough = Signal()
        var clock = RedditFixtures.hastyClock
        clock.sleep = { _ in
            try Task.checkCancellation()
            if pauses.withLock({ pauses in
                pauses += 1
                return pauses >= 4
            }) {
                enough.raise()
            }
        }
        try await RedditPair.with({ $0.madeUp = 3 }, clock: clock) { pair in
            try await pair.control("faults", ["route": "listing", "fault": "503", "times": 2])
            let sink = StubIngest()
            let scanner = scanner(pair, sink, ["all"])
            let task = Task { await scanner.run(interval: .seconds(1)) }
            await enough.wait(atMost: .seconds(10))
            task.cancel()
            await task.value
            #expect(sink.ids.count == 3)
        }
    }
}
