import JSONValue

/// What Reddit (or whoever submitted the post) said: cold, never rewritten with the state, purgeable.
package struct Submission: Sendable, Hashable {
    package var id: PostID
    /// `reddit`, or the name of the tool that submitted it.
    package var source: String
    package var community: String
    /// Nil when the account is deleted.
    package var author: String?
    package var title: String
    package var body: String
    /// The submission's link; for a text post its own permalink.
    package var url: String
    package var permalink: String
    package var createdAt: Timestamp
    package var score: Int
    package var commentCount: Int
    /// What else is known and small: flair, flags, the submitter's own keys.
    package var extra: JSONObject

    package init(
        id: PostID, source: String, community: String, author: String?, title: String, body: String, url: String,
        permalink: String, createdAt: Timestamp, score: Int, commentCount: Int, extra: JSONObject = [:]
    ) {
        self.id = id
        self.source = source
        self.community = community
        self.author = author
        self.title = title
        self.body = body
        self.url = url
        self.permalink = permalink
        self.createdAt = createdAt
        self.score = score
        self.commentCount = commentCount
        self.extra = extra
    }
}
