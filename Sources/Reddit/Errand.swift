import Crypto
import JSONValue
import Pipeline
import Store

/// One job of the account with all that it needs, and the rows that its outcome leaves behind.
struct Errand: Sendable {
    let job: JobRow
    let submission: Submission
    let work: CommentWork
    let account: String
    let authorKey: [UInt8]
    let isDryRun: Bool
    /// The account's latest row for the post.
    let row: CommentRow?

    var search: CommentSearch {
        CommentSearch(account: account, parent: work.thingID, mark: work.mark, body: work.body)
    }

    var attempt: String { "\(job.key)/\(job.attempt)" }

    /// Requests of former attempts, as the row remembers them.
    var attempts: [CommentAttempt] {
        (row?.detail["attempts"]?.array ?? []).compactMap { try? CommentAttempt(json: $0) }
    }

    /// The result so far: the latest that is stored, or a new one.
    func posted(_ state: PostedComment.State) -> PostedComment {
        var posted =
            work.posted
            ?? PostedComment(
                work: work, post: Int(job.key.post.rawValue), subreddit: submission.community,
                authorKey: keyedAuthor, account: account, mode: isDryRun ? .dryRun : .live, state: state)
        posted.state = state
        posted.approvedBy = work.approvedBy
        posted.approvedAt = work.approvedAt
        if let slot = job.input["slot"]?.int, slot > 0 { posted.notBefore = Timestamp(microseconds: slot) }
        if posted.attempts.isEmpty { posted.attempts = attempts }
        return posted
    }

    func result(_ posted: PostedComment, stage: Stage = .postQueue) -> ResultRow {
        let json = posted.json
        return ResultRow(
            post: job.key.post, stage: stage.rawValue, result: json, hash: Digest.sha256Hex(json.canonicalText),
            attempt: attempt)
    }

    /// The outbox row in a new state; what it remembered stays unless it is said anew.
    func row(_ state: CommentRow.State, id: String? = nil, detail: JSONObject = [:]) -> CommentRow {
        CommentRow(
            account: account, post: job.key.post, state: state, attempt: attempt, mark: work.mark,
            bodyHash: work.bodyHash, commentID: id ?? row?.commentID,
            detail: (row?.detail ?? [:]).merging(detail))
    }

    private var keyedAuthor: String {
        guard let author = submission.author, !authorKey.isEmpty else { return "" }
        return Digest.hex(Digest.hmacSHA256(Array(author.lowercased().utf8), key: authorKey))
    }
}
