import JSONValue
import Store

/// A submission as a listing showed it: what is kept of it, and the flags that skip rules ask.
package struct SubmissionThing: Sendable, Hashable {
    package var submission: Submission
    package var isOver18 = false
    package var isStickied = false
    package var isDistinguished = false
    package var isLocked = false
    package var isArchived = false
    package var isQuarantined = false
    /// A text post; false for a link, an image, a poll.
    package var isText = true
    /// Reddit's word for who removed it.
    package var removedBy: String?
    /// `public` nearly always; nil when the answer does not say.
    package var communityType: String?

    package init(submission: Submission) { self.submission = submission }

    /// Its author or a moderator took it away.
    package var isGone: Bool {
        removedBy != nil || submission.body == "[removed]" || submission.body == "[deleted]"
    }
}

/// A comment as a thread, a history or `/api/info` showed it.
package struct CommentThing: Sendable, Hashable {
    /// The fullname, `t1_…`.
    package var name: String
    /// Nil when the account or the comment is deleted.
    package var author: String?
    package var body: String
    package var parent: String
    package var link: String
    package var permalink: String
    package var createdAt: Timestamp
    package var score: Int?
    package var isScoreHidden = false
    package var isLocked = false
    package var isCollapsed = false
    /// Comments directly below it, as far as the answer shows them.
    package var replies: [CommentThing] = []
}

/// One page of a listing.
package struct ListingPage<Thing: Sendable>: Sendable {
    package var things: [Thing]
    /// Children that are no such thing or could not be read.
    package var undecodable: Int
    /// Where the next page begins; nil at the end of the listing.
    package var after: String?
}

/// A submission with the comments directly below it, newest first.
package struct CommentThread: Sendable {
    package var submission: SubmissionThing?
    package var comments: [CommentThing]
    /// More comments stand in the thread than the answer shows.
    package var isCut: Bool
}
