import Engine
import JSONValue
import Pipeline
import Store

extension CommentPerformer {
    /// Looks for a comment whose outcome is unknown, in the thread and in the account's own history.
    func reconcile(_ errand: Errand) async throws -> PerformOutcome {
        var lookedIn = ["thread"]
        var found: CommentSearch.Found?
        do {
            found = errand.search.find(in: try await client.thread(errand.work.thingID).comments)
        } catch let error as RedditError where error.isAboutCommunity {
            // The thread is closed to us; our own history is not.
            lookedIn = []
        }
        if found == nil {
            found = errand.search.find(in: try await client.ownComments())
            lookedIn.append("own_history")
        }
        let checks = max(0, errand.row?.detail["checks"]?.int ?? 0) + 1
        var posted = errand.posted(found == nil ? .unknown : .posted)
        posted.reconciliation = PostedComment.Reconciliation(
            checkedAt: client.clock.now(), lookedIn: lookedIn, found: found != nil, matchedBy: found?.by,
            checks: Int(min(checks, 1_000_000)))
        var extras = Extras()
        if let comment = found?.comment {
            posted.commentID = comment.name
            posted.permalink = comment.permalink
            posted.postedAt = comment.createdAt
            extras.results = [errand.result(posted)]
        }
        let state: CommentRow.State = found == nil ? .unknown : .posted
        extras.comments = [errand.row(state, id: found?.comment.name, detail: ["checks": .int(checks)])]
        return .completed(Completion(facts: posted.reconciliationFacts, extras: extras))
    }

    /// Looks at a posted comment as others see it: our own token would still show us one that was removed.
    func engagement(_ errand: Errand) async throws -> PerformOutcome {
        var posted = errand.posted(errand.work.posted?.state ?? .posted)
        posted.engagement.lastCheckedAt = client.clock.now()
        guard posted.mode == .live, let id = posted.commentID ?? errand.row?.commentID else {
            posted.engagement.isVisibleToOthers = false
            return .completed(Completion(facts: posted.engagementFacts))
        }
        let seen = try await asOthersSee(id)
        posted.engagement.note(seen.comment, isOthersView: seen.isOthersView)
        if seen.comment != nil, posted.engagement.removed == .no {
            let replies = try await client.replies(
                to: id, under: errand.work.thingID, as: seen.isOthersView ? .application : .account)
            posted.engagement.replies = replies?.count ?? posted.engagement.replies
        }
        posted.engagement.snapshots.append(
            PostedComment.Glance(
                at: client.clock.now(), score: posted.engagement.score, replies: posted.engagement.replies,
                removed: posted.engagement.removed))
        let row = errand.row(
            .posted, id: id, detail: ["engagement": .object(posted.engagementFacts)])
        return .completed(
            Completion(
                facts: posted.engagementFacts,
                extras: Extras(results: [errand.result(posted, stage: .published)], comments: [row])))
    }

    /// The application's own token, or the account's where the application has none.
    private func asOthersSee(_ id: String) async throws -> (comment: CommentThing?, isOthersView: Bool) {
        do {
            return (try await client.comment(id, as: .application), true)
        } catch let error as RedditError where error.code == .tokenRefused {
            return (try await client.comment(id, as: .account), false)
        }
    }
}

extension PostedComment.Engagement {
    fileprivate mutating func note(_ comment: CommentThing?, isOthersView: Bool) {
        guard let comment else {
            removed = .unknown
            isVisibleToOthers = false
            return
        }
        score = comment.score
        isScoreHidden = comment.isScoreHidden
        isLocked = comment.isLocked
        isCollapsed = comment.isCollapsed
        removed = Self.removal(comment)
        isVisibleToOthers = isOthersView ? removed == .no : nil
    }

    private static func removal(_ comment: CommentThing) -> PostedComment.Removal {
        switch comment.body {
        case "[removed]": .byModerator
        case "[deleted]": .byAuthor
        default: .no
        }
    }
}
