import JSONValue

extension PostedComment {
    /// A search for our comment after an uncertain outcome.
    package struct Reconciliation: Sendable, Hashable {
        package var checkedAt: Timestamp
        /// `thread`, `own_history`.
        package var lookedIn: [String]
        package var found: Bool
        /// `ref`, `body_hash`, `parent_and_author`.
        package var matchedBy: String?
        package var checks: Int

        package init(checkedAt: Timestamp, lookedIn: [String], found: Bool, matchedBy: String?, checks: Int) {
            self.checkedAt = checkedAt
            self.lookedIn = lookedIn
            self.found = found
            self.matchedBy = matchedBy
            self.checks = checks
        }
    }

    package enum Removal: String, Sendable, Hashable, JSONMappable {
        case no
        case byModerator = "by_moderator"
        case byAuthor = "by_author"
        case unknown
    }

    /// How others met our comment.
    package struct Engagement: Sendable, Hashable {
        package var lastCheckedAt: Timestamp?
        package var nextCheckAt: Timestamp?
        package var score: Int?
        package var isScoreHidden: Bool?
        package var replies: Int?
        package var isLocked: Bool?
        package var isCollapsed: Bool?
        package var isVisibleToOthers: Bool?
        package var removed: Removal = .no
        package var optOutsSeen = 0
        package var snapshots: [Glance] = []

        package init() {}
    }

    /// One look at a comment's engagement.
    package struct Glance: Sendable, Hashable {
        package var at: Timestamp
        package var score: Int?
        package var replies: Int?
        package var removed: Removal

        package init(at: Timestamp, score: Int?, replies: Int?, removed: Removal) {
            self.at = at
            self.score = score
            self.replies = replies
            self.removed = removed
        }
    }

    package struct Deletion: Sendable, Hashable {
        package var at: Timestamp
        package var reason: String
        package var by: String
        package var isConfirmed: Bool

        package init(at: Timestamp, reason: String, by: String, isConfirmed: Bool) {
            self.at = at
            self.reason = reason
            self.by = by
            self.isConfirmed = isConfirmed
        }
    }
}

extension PostedComment.Reconciliation: JSONMappable {
    package init(json: JSON) throws(ShapeError) {
        let member = try Members(json)
        checkedAt = try member("checked_at")
        lookedIn = try member("looked_in")
        found = try member("found")
        matchedBy = try member("matched_by")
        checks = try member("checks")
    }

    package var json: JSON {
        [
            "checked_at": checkedAt.json, "looked_in": lookedIn.json, "found": found.json,
            "matched_by": matchedBy.json, "checks": checks.json,
        ]
    }
}

extension PostedComment.Engagement: JSONMappable {
    package init(json: JSON) throws(ShapeError) {
        let member = try Members(json)
        lastCheckedAt = try member("last_checked_at")
        nextCheckAt = try member("next_check_at")
        score = try member("score")
        isScoreHidden = try member("score_hidden")
        replies = try member("replies")
        isLocked = try member("locked")
        isCollapsed = try member("collapsed")
        isVisibleToOthers = try member("visible_to_others")
        removed = try member("removed")
        optOutsSeen = try member("opt_outs_seen")
        snapshots = try member("snapshots")
    }

    package var json: JSON {
        [
            "last_checked_at": lastCheckedAt.json, "next_check_at": nextCheckAt.json, "score": score.json,
            "score_hidden": isScoreHidden.json, "replies": replies.json, "locked": isLocked.json,
            "collapsed": isCollapsed.json, "visible_to_others": isVisibleToOthers.json, "removed": removed.json,
            "opt_outs_seen": optOutsSeen.json, "snapshots": Array(snapshots.suffix(200)).json,
        ]
    }
}

extension PostedComment.Glance: JSONMappable {
    package init(json: JSON) throws(ShapeError) {
        let member = try Members(json)
        at = try member("at")
        score = try member("score")
        replies = try member("replies")
        removed = try member("removed")
    }

    package var json: JSON {
        ["at": at.json, "score": score.json, "replies": replies.json, "removed": removed.json]
    }
}

extension PostedComment.Deletion: JSONMappable {
    package init(json: JSON) throws(ShapeError) {
        let member = try Members(json)
        at = try member("at")
        reason = try member("reason")
        by = try member("by")
        isConfirmed = try member("confirmed")
    }

    package var json: JSON {
        ["at": at.json, "reason": reason.json, "by": by.capped(80).json, "confirmed": isConfirmed.json]
    }
}
