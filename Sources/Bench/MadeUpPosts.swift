import Engine
import JSONValue
import Store

/// Submissions that nobody made.
struct MadeUpPosts {
    /// No post of another run on the same database has these ids.
    private let first: Int64
    private let now: Timestamp

    init(now: Timestamp) {
        self.now = now
        // Reddit's range, about its counter's present size; the microseconds make it differ from run to run.
        first = 1_000_000_000 + now.microseconds % 1_000_000_000_000
    }

    func post(_ index: Int) -> NewPost {
        let id = PostID(first + Int64(index) * 7)
        let submission = Submission(
            id: id, source: "bench", community: "community\(index % 20)", author: "author\(index % 997)",
            title: "Post \(index): was the old bridge really opened in 1923?", body: Self.body,
            url: "https://reddit.invalid/\(id)", permalink: "/comments/\(id)", createdAt: now, score: index % 300,
            commentCount: index % 40)
        return NewPost(submission: submission, priority: index * 7919 % 1000)
    }

    /// About 600 bytes.
    private static let body = String(
        repeating: "My grandfather always said that the old bridge was opened in 1923, and the plaque says so too. ",
        count: 6)
}
