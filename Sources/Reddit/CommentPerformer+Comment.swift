import Engine
import HTTPClient
import JSONValue
import Pipeline
import Store

extension CommentPerformer {
    func comment(_ errand: Errand, _ assignment: Assignment) async throws -> PerformOutcome {
        switch settings.posting.mode {
        case .off where !assignment.isResend:
            return failed(errand, code: "posting_off", message: "posting is switched off")
        case .dryRun:
            let posted = errand.posted(.posted)
            let row = errand.row(.cancelled, detail: ["mode": "dry_run"])
            return .completed(
                Completion(facts: posted.facts, extras: Extras(results: [errand.result(posted)], comments: [row])))
        case .approve, .auto, .off: return try await live(errand, assignment)
        }
    }

    /// Looks before it sends. What another owner may have sent is never sent again by this attempt.
    private func live(_ errand: Errand, _ assignment: Assignment) async throws -> PerformOutcome {
        if let row = errand.row, [.posted, .invisible].contains(row.state), row.commentID != nil {
            return done(errand, id: row.commentID, permalink: nil, state: .posted)
        }
        let thread: CommentThread
        do {
            thread = try await client.thread(errand.work.thingID)
        } catch let error as RedditError where error.code == .notFound && !assignment.isResend {
            await forgetTexts(errand)
            return failed(errand, code: "target_gone", message: "the submission is not there")
        } catch let error as RedditError where error.isAboutCommunity && !assignment.isResend {
            return failed(errand, code: "forbidden", message: error.message)
        }
        if let found = try await find(errand, assignment, in: thread) {
            return done(errand, id: found.comment.name, permalink: found.comment.permalink, state: .posted)
        }
        if assignment.isResend {
            return unknown(errand, record: nil, "a former owner may have sent it")
        }
        if let refusal = Self.refusal(thread.submission) {
            if refusal.code == "target_gone" { await forgetTexts(errand) }
            return failed(errand, code: refusal.code, message: refusal.message)
        }
        return await send(errand, assignment)
    }

    /// A failure is no reason to keep the job waiting: the texts go later, by their age.
    private func forgetTexts(_ errand: Errand) async {
        do {
            try await sources.forgetTexts(of: errand.job.key.post)
        } catch {
            logger.warning(
                "the texts of a deleted submission are still there",
                metadata: ["post": "\(errand.job.key.post)", "error": "\(error)"])
        }
    }

    /// Own history too, when the thread alone cannot be trusted to show a comment of ours.
    private func find(
        _ errand: Errand, _ assignment: Assignment, in thread: CommentThread
    ) async throws -> CommentSearch.Found? {
        if let found = errand.search.find(in: thread.comments) { return found }
        let mayBeElsewhere = assignment.isResend || assignment.job.attempt > 1 || thread.isCut
        guard mayBeElsewhere else { return nil }
        return errand.search.find(in: try await client.ownComments())
    }

    /// Reddit takes comments on submissions that were deleted, so it does not tell us.
    static func refusal(_ thing: SubmissionThing?) -> (code: String, message: String)? {
        guard let thing, !thing.isGone else { return ("target_gone", "the submission was removed or deleted") }
        if thing.isLocked { return ("target_locked", "the thread is locked") }
        return thing.isArchived ? ("target_locked", "the thread is archived") : nil
    }

    private func send(_ errand: Errand, _ assignment: Assignment) async -> PerformOutcome {
        var record = CommentAttempt(number: max(1, errand.job.attempt), startedAt: client.clock.now())
        let sending = await client.postComment(
            on: errand.work.thingID, text: errand.work.body, isLeaseYoung: assignment.isLeaseYoung)
        record.finishedAt = client.clock.now()
        switch sending {
        case .leaseOld:
            return .endpointFault(
                code: "lease_old", message: "the account's lease was not renewed in time", retryAfter: nil)
        case .notSent(let error): return Self.fault(error)
        case .lost(let message):
            record.outcome = .unknown
            return unknown(errand, record: record, message)
        case .answered(let response, let retryAfter):
            record.note(response)
            return outcome(of: CommentAnswer(response), errand, record, retryAfter: retryAfter)
        }
    }

    private func outcome(
        of answer: CommentAnswer, _ errand: Errand, _ sent: CommentAttempt, retryAfter: Duration?
    ) -> PerformOutcome {
        var record = sent
        switch answer {
        case .posted(let id, let permalink):
            record.outcome = .posted
            return done(errand, id: id, permalink: permalink, state: .posted, record: record)
        case .invisible:
            record.outcome = .postedInvisible
            return done(errand, id: nil, permalink: nil, state: .postedInvisible, record: record)
        case .rateLimited(let wait):
            return limited(errand, record, wait: wait, pausesAccount: true)
        case .windowSpent:
            return limited(errand, record, wait: retryAfter ?? .seconds(60), pausesAccount: false)
        case .unauthorized:
            return .endpointFault(
                code: "unauthorized", message: "a fresh token was refused", retryAfter: .seconds(60))
        case .refused(let refusal):
            record.outcome = .refused
            record.errorCode = refusal.said.isEmpty ? refusal.code : refusal.said
            record.errorMessage = refusal.message
            return failed(errand, code: refusal.code, message: refusal.message, record: record)
        case .unknown(let message):
            record.outcome = .unknown
            return unknown(errand, record: record, message)
        }
    }
}

extension CommentAttempt {
    fileprivate mutating func note(_ response: HTTPResponse) {
        httpStatus = (100...599).contains(response.status) ? response.status : nil
        let reading = RateWindow.Reading { response.headers[$0] }
        rateLimitRemaining = reading.remaining
        rateLimitResetSeconds = reading.reset.map { Int($0 / .seconds(1)) }
        rateLimitUsed = response.headers["x-ratelimit-used"].flatMap { Int($0) }.map { max(0, $0) }
    }
}
