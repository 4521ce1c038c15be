import JSONValue
import Store
import TestSupport
import Threads

/// Submits posts at a fixed rate, whatever becomes of them, each until a node has acknowledged it. Keeps the books of what
/// was acknowledged: these posts must not be lost.
final class ChaosIntake: Sendable {
    private struct Books: Sendable {
        var offered = 0
        var acknowledged: Set<PostID> = []
        /// Offered and not acknowledged.
        var waiting: Set<Int> = []
        var began = ContinuousClock.now
        var tries = 0
    }

    private static let firstID: Int64 = 8_000_000_000
    /// The fake Reddit knows posts before they are submitted, so many at a time.
    private static let block = 200

    private let rate: Double
    private let urls: [String]
    private let reddit: FakeServer
    private let books = Locked(Books())
    private let isOver = Locked(false)

    init(rate: Double, urls: [String], reddit: FakeServer) {
        self.rate = rate
        self.urls = urls
        self.reddit = reddit
    }

    var offered: Int { books.withLock { $0.offered } }
    var acknowledged: Set<PostID> { books.withLock { $0.acknowledged } }
    var tries: Int { books.withLock { $0.tries } }

    /// For how long the oldest post has been under way, `oldest` being that among those that the service has.
    func age(oldest: PostID?, at now: ContinuousClock.Instant) -> Duration {
        let known = oldest.map { Int($0.rawValue - Self.firstID) }
        return books.withLock { books in
            guard let first = [known, books.waiting.min()].compactMap({ $0 }).min() else { return .zero }
            return max(.zero, now - books.began - .seconds(Double(first) / rate))
        }
    }

    func end() { isOver.withLock { $0 = true } }

    /// Runs until ``end()``, and then until every post that was offered is acknowledged.
    func run() async throws {
        let began = ContinuousClock.now
        books.withLock { $0.began = began }
        try await withThrowingTaskGroup(of: Void.self) { group in
            while !Task.isCancelled, !isOver.withLock({ $0 }) {
                let number = offered
                if number % Self.block == 0 { try await announce(number) }
                await ChaosCluster.rest(began + .seconds(Double(number) / rate) - .now)
                books.withLock { books in
                    books.offered = number + 1
                    books.waiting.insert(number)
                }
                group.addTask { try await self.submit(number) }
            }
            try await group.waitForAll()
        }
    }

    private func announce(_ first: Int) async throws {
        let posts = (first..<first + Self.block).map { number -> JSON in
            [
                "name": JSON(Self.id(number).fullname), "subreddit": "science", "title": .string(Self.title(number)),
                "selftext": .string(Self.text),
            ]
        }
        let answer = try await JSONClient.ask(
            "POST", reddit.url + "/_control/posts", ["posts": .array(posts)], timeout: .seconds(30))
        guard answer.status == 200 else { throw TestFailure("the fake Reddit refused posts: \(answer.text)") }
    }

    /// Asks one node after the other until one has said that it has the post.
    private func submit(_ number: Int) async throws {
        let id = Self.id(number)
        let body: JSON = [
            "id": JSON(id.fullname), "title": .string(Self.title(number)), "body": .string(Self.text),
            "community": "science",
        ]
        var turn = number
        try await eventually("post \(id) is acknowledged", within: .seconds(90), every: .milliseconds(200)) {
            let url = urls[turn % urls.count]
            turn += 1
            books.withLock { $0.tries += 1 }
            let answer = try? await JSONClient.ask("POST", url + "/v1/posts", body, timeout: .seconds(2))
            guard let status = answer?.status, (200...201).contains(status) else {
                if let status = answer?.status, (400..<500).contains(status), status != 429 {
                    throw TestFailure("post \(id) was refused: \(answer?.text ?? "")")
                }
                return false
            }
            books.withLock { books in
                books.acknowledged.insert(id)
                books.waiting.remove(number)
            }
            return true
        }
    }

    private static let text = "The report says so on page 12."

    private static func id(_ number: Int) -> PostID { PostID(firstID + Int64(number)) }

    private static func title(_ number: Int) -> String {
        "Study: \(50 + number % 45)% of adults drink \(2 + number % 7) cups of coffee a day, according to a 2021 report"
    }
}
