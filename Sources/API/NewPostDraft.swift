import Engine
import JSONValue
import Pipeline
import Store

/// A post as a tool submits it.
struct NewPostDraft {
    let body: JSONObject

    init(_ body: JSONObject) { self.body = body }

    // `id` and `post` do not name the type of their errors: two such calls around an `await` crash the optimizer of
    // Swift 6.3.1 ("While splitting coroutine").

    /// The id it names, if it names one.
    func id() throws -> PostID? {
        guard let value = body["id"] else { return nil }
        guard let text = value.string ?? value.int.map(String.init), let id = PostID(text) else {
            throw Problem(422, .unprocessable, "'id' must be a Reddit fullname (t3_…) or a positive number")
        }
        return id
    }

    func post(id: PostID, source: String, now: Timestamp, desk: PostDesk) throws -> NewPost {
        let title = try text("title", limit: 300) ?? ""
        let content = try text("body", limit: 40_000) ?? ""
        guard !title.isEmpty else { throw Problem(422, .unprocessable, "'title' is required and must not be empty") }
        let submission = Submission(
            id: id, source: source, community: try text("community", limit: 50) ?? "local",
            author: try text("author", limit: 50), title: title, body: content, url: try text("url", limit: 2000) ?? "",
            permalink: "", createdAt: try moment() ?? now, score: 0, commentCount: 0)
        return NewPost(
            submission: submission, priority: try priority() ?? desk.priority(submission, now), context: [:])
    }

    private func text(_ key: String, limit: Int) throws(Problem) -> String? {
        guard let value = body[key], !value.isNull else { return nil }
        guard let text = value.string, text.utf8.count <= limit else {
            throw Problem(422, .unprocessable, "'\(key)' must be a string of at most \(limit) bytes")
        }
        return text
    }

    private func moment() throws(Problem) -> Timestamp? {
        guard let text = try text("created_at", limit: 40) else { return nil }
        guard let moment = Timestamp(text) else {
            throw Problem(422, .unprocessable, "'created_at' must be RFC 3339, such as 2026-11-23T17:05:00Z")
        }
        return moment
    }

    private func priority() throws(Problem) -> Int? {
        guard let value = body["priority"] else { return nil }
        guard let priority = value.int, (-1_000_000...1_000_000).contains(priority) else {
            throw Problem(422, .unprocessable, "'priority' must be a whole number between -1000000 and 1000000")
        }
        return Int(priority)
    }
}
