import JSONValue

/// A post that has ended, as upkeep sees it.
package struct FinishedPost: Sendable, Hashable {
    package var id: PostID
    package var revision: Int64
    /// When it ended: its last macrostep.
    package var changedAt: Timestamp
    /// Whether its texts are still there.
    package var hasTexts: Bool

    package init(id: PostID, revision: Int64, changedAt: Timestamp, hasTexts: Bool) {
        self.id = id
        self.revision = revision
        self.changedAt = changedAt
        self.hasTexts = hasTexts
    }
}

/// A part of the walk over all posts.
package struct FinishedPage: Sendable, Hashable {
    package var posts: [FinishedPost]
    /// Where the walk goes on; nil at its end.
    package var next: PostID?

    package init(posts: [FinishedPost], next: PostID?) {
        self.posts = posts
        self.next = next
    }
}
