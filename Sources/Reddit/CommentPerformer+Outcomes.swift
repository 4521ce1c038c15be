import Engine
import JSONValue
import Logging
import Pipeline
import Store

/// What each end of a comment leaves behind.
extension CommentPerformer {
    func done(
        _ errand: Errand, id: String?, permalink: String?, state: PostedComment.State, record: CommentAttempt? = nil
    ) -> PerformOutcome {
        var posted = errand.posted(state)
        if let record { posted.attempts.append(record) }
        posted.commentID = id
        posted.permalink = permalink ?? posted.permalink
        posted.postedAt = record?.finishedAt ?? posted.postedAt ?? client.clock.now()
        let row = errand.row(
            state == .posted ? .posted : .invisible, id: id, detail: Self.detail(posted.attempts))
        return .completed(
            Completion(facts: posted.facts, extras: Extras(results: [errand.result(posted)], comments: [row])))
    }

    /// Not posted, and it is known that it was not.
    func failed(
        _ errand: Errand, code: String, message: String, record: CommentAttempt? = nil
    ) -> PerformOutcome {
        logger.warning(
            "a comment was not posted", metadata: ["post": "\(errand.job.key.post)", "code": "\(code)"])
        let detail = Self.detail(errand.attempts + (record.map { [$0] } ?? [])).merging(["code": .string(code)])
        return .failed(
            JobFailure(
                code: code, message: message, isRetryable: false,
                extras: Extras(comments: [errand.row(.failed, detail: detail)])))
    }

    /// Refused before acting, with a time at which it may be tried again.
    func limited(
        _ errand: Errand, _ sent: CommentAttempt, wait: Duration, pausesAccount: Bool
    ) -> PerformOutcome {
        var record = sent
        record.outcome = .rateLimited
        record.retryAfterSeconds = wait / .seconds(1)
        var extras = Extras(comments: [errand.row(.queued, detail: Self.detail(errand.attempts + [record]))])
        if pausesAccount, let limiter { extras.limits = [limiter.pauseAccount(until: client.clock.now() + wait)] }
        logger.notice("the account has to wait", metadata: ["wait": "\(wait)"])
        return .failed(
            JobFailure(
                code: "rate_limited", message: "Reddit asks to wait", isRetryable: true, retryAfter: wait,
                extras: extras))
    }

    func unknown(_ errand: Errand, record: CommentAttempt?, _ message: String) -> PerformOutcome {
        logger.warning(
            "the outcome of a comment is unknown",
            metadata: ["post": "\(errand.job.key.post)", "reason": "\(message.prefix(200))"])
        let detail = Self.detail(errand.attempts + (record.map { [$0] } ?? []))
        return .failed(
            JobFailure(
                code: "unknown_outcome", message: message, isRetryable: false,
                extras: Extras(comments: [errand.row(.unknown, detail: detail)])))
    }

    private static func detail(_ attempts: [CommentAttempt]) -> JSONObject {
        attempts.isEmpty ? [:] : ["attempts": .array(attempts.suffix(50).map(\.json))]
    }
}
