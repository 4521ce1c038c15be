import JSONValue
import Store
import Texts

/// A submission as models get it: without hidden characters, and not longer than the limit.
struct PostText: Sendable, Hashable {
    let title: String
    let body: String
    /// How many hidden characters were taken out.
    let hiddenCharacters: Int
    let isTruncated: Bool

    static let titleLimit = 300

    init(_ submission: Submission, limit: Int) {
        let title = HiddenCharacters.strip(submission.title)
        let body = HiddenCharacters.strip(submission.body)
        self.title = title.text.capped(Self.titleLimit)
        self.body = body.text.capped(limit)
        hiddenCharacters = title.removed + body.removed
        isTruncated = self.title.scalarCount < title.text.scalarCount || self.body.scalarCount < body.text.scalarCount
    }

    /// The author stays out: no stage has to know who wrote it.
    func input(_ submission: Submission) -> JSON {
        [
            "id": submission.id.description.json, "title": title.json, "selftext": body.json,
            "subreddit": HiddenCharacters.strip(submission.community).text.capped(50).json,
            "created_at": submission.createdAt.json,
            "url": HiddenCharacters.strip(submission.url).text.capped(2000).json,
        ]
    }
}
