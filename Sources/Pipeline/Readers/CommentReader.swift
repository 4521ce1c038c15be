import JSONValue

/// Judges what an account did: whether it concerns this post and these bytes, and whether it was done.
struct CommentReader {
    private let reading: Reading

    init(_ reading: Reading) { self.reading = reading }

    func read(_ output: JSON) throws(StageFailure) -> StageOutcome {
        let comment = try Self.comment(output)
        let work = reading.work
        guard let asked = work.comment, comment.postID == reading.postID, comment.thingID == asked.thingID,
            comment.bodyHash == asked.bodyHash, comment.outboxID == asked.outboxID
        else {
            throw StageFailure(.invalidOutput, "the comment is not the one that was asked for", isRetryable: false)
        }
        let facts = try facts(comment)
        return StageOutcome(result: comment.json, facts: facts, stage: work.source.stage)
    }

    private static func comment(_ output: JSON) throws(StageFailure) -> PostedComment {
        do throws(ShapeError) {
            return try PostedComment(json: output)
        } catch {
            throw StageFailure(.invalidOutput, "the output has another shape: \(error)", isRetryable: false)
        }
    }

    private func facts(_ comment: PostedComment) throws(StageFailure) -> JSONObject {
        switch reading.work.source {
        case .reconcile:
            guard comment.reconciliation != nil else {
                throw StageFailure(.invalidOutput, "there is no word of what was looked for", isRetryable: true)
            }
            return comment.reconciliationFacts
        case .engagement: return comment.engagementFacts
        default: return try posted(comment)
        }
    }

    private func posted(_ comment: PostedComment) throws(StageFailure) -> JSONObject {
        switch comment.state {
        case .posted, .postedInvisible: return comment.facts
        case .unknown, .sending:
            throw StageFailure(.unknownOutcome, "whether the comment was posted is not known", isRetryable: false)
        case .rateLimited: throw StageFailure(.notPosted, "the account has to wait", isRetryable: true)
        case .queued, .held, .failedTerminal, .cancelled, .deleted:
            throw StageFailure(.notPosted, "the comment was not posted", isRetryable: false)
        }
    }
}
