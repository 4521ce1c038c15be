import JSONValue

/// What became of our comment on Reddit, as `queue_results` holds it: after posting, after reconciling, and after each
/// look at its engagement.
package struct PostedComment: Sendable, Hashable {
    package enum Mode: String, Sendable, Hashable, JSONMappable {
        case live
        case dryRun = "dry_run"
    }

    package enum State: String, Sendable, Hashable, JSONMappable {
        case queued, held, sending, posted
        case postedInvisible = "posted_invisible"
        case unknown
        case rateLimited = "rate_limited"
        case failedTerminal = "failed_terminal"
        case cancelled, deleted
    }

    /// A UUID whose first six characters are the mark in the footer; see ``CommentMark``.
    package var outboxID: String
    package var postID: Int
    package var thingID: String
    package var subreddit: String
    /// HMAC of the author's name, for never-twice rules after the name was purged; empty when it was not known.
    package var authorKey: String
    package var account: String
    package var mode: Mode
    package var bodyHash: String
    package var state: State
    package var holdReason: String?
    package var notBefore: Timestamp?
    package var approvedBy: String?
    package var approvedAt: Timestamp?
    package var attempts: [CommentAttempt] = []
    package var commentID: String?
    package var permalink: String?
    package var postedAt: Timestamp?
    package var reconciliation: Reconciliation?
    package var engagement = Engagement()
    package var deletion: Deletion?

    package init(
        work: CommentWork, post: Int, subreddit: String, authorKey: String, account: String, mode: Mode, state: State
    ) {
        outboxID = work.outboxID
        postID = post
        thingID = work.thingID
        self.subreddit = subreddit.capped(50)
        self.authorKey = authorKey.capped(64)
        self.account = account.capped(30)
        self.mode = mode
        bodyHash = work.bodyHash
        self.state = state
    }

    package var facts: JSONObject {
        [
            "outcome": (state == .postedInvisible ? "invisible" : "posted").json, "mode": mode.json,
            "comment_id": (commentID ?? "").json,
        ]
    }

    package var reconciliationFacts: JSONObject {
        ["found": (reconciliation?.found ?? false).json, "comment_id": (commentID ?? "").json]
    }

    package var engagementFacts: JSONObject {
        [
            "score": (engagement.score ?? 0).json, "replies": (engagement.replies ?? 0).json,
            "removed": engagement.removed.json, "visible": (engagement.isVisibleToOthers ?? true).json,
        ]
    }
}

extension PostedComment: JSONMappable {
    package init(json: JSON) throws(ShapeError) {
        let member = try Members(json)
        outboxID = try member("outbox_id")
        postID = try member("post_id")
        thingID = try member("thing_id")
        subreddit = try member("subreddit")
        authorKey = try member("author_key")
        account = try member("account")
        mode = try member("mode")
        bodyHash = try member("body_sha256")
        state = try member("state")
        holdReason = try member("hold_reason")
        notBefore = try member("not_before")
        approvedBy = try member("approved_by")
        approvedAt = try member("approved_at")
        attempts = try member("attempts")
        commentID = try member("comment_id")
        permalink = try member("permalink")
        postedAt = try member("posted_at")
        reconciliation = try member("reconciliation")
        engagement = try member("engagement")
        deletion = try member("deletion")
    }

    package var json: JSON {
        [
            "schema": "PostedComment/1", "outbox_id": outboxID.json, "post_id": postID.json,
            "thing_id": thingID.json, "subreddit": subreddit.json, "author_key": authorKey.json,
            "account": account.json, "mode": mode.json, "body_sha256": bodyHash.json, "state": state.json,
            "hold_reason": holdReason.json, "not_before": notBefore.json,
            "approved_by": approvedBy?.capped(80).json ?? .null,
            "approved_at": approvedAt.json, "attempts": Array(attempts.suffix(50)).json,
            "comment_id": commentID?.capped(20).json ?? .null, "permalink": permalink?.capped(500).json ?? .null,
            "posted_at": postedAt.json, "reconciliation": reconciliation.json, "engagement": engagement.json,
            "deletion": deletion.json,
        ]
    }
}
