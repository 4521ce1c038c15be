import JSONValue
import Store

/// Chooses what a stage is told. Fails by name when an earlier result is missing.
struct InputBuilder {
    let source: JobSource
    let submission: Submission
    let earlier: EarlierResults
    let settings: PipelineSettings

    func input(_ comment: CommentWork?) throws(StageFailure) -> JSONObject {
        var input: JSONObject = ["stage": source.stage.json, "post": post]
        switch source {
        case .triage: break
        case .research: input["claims"] = try claims()
        case .response:
            try addFindings(to: &input)
            addRevision(to: &input)
        case .editorial:
            try addFindings(to: &input)
            guard let draft = earlier.draft else { throw missing("draft") }
            input["draft"] = ["body_markdown": draft.body.json]
        case .comment, .reconcile, .engagement:
            input["comment"] = comment?.input
        }
        return input
    }

    private var post: JSON {
        let text = PostText(submission, limit: settings.thresholds.postCharacters)
        guard source.performer == .account else { return text.input(submission) }
        return [
            "id": submission.id.description.json, "subreddit": submission.community.capped(50).json,
            "created_at": submission.createdAt.json, "url": submission.permalink.capped(2000).json,
        ]
    }

    private func claims() throws(StageFailure) -> JSON {
        guard let triage = earlier.triage else { throw missing("triage result") }
        return .array(InputBuilder.claims(of: triage, settings).map(\.input))
    }

    /// What is researched: claims above the threshold, or all of them when a person sent on a post that has none such.
    static func claims(of triage: TriageResult, _ settings: PipelineSettings) -> [Claim] {
        let worthy = triage.claimsToCheck(settings)
        return worthy.isEmpty ? triage.claims : worthy
    }

    private func addFindings(to input: inout JSONObject) throws(StageFailure) {
        guard let research = earlier.research else { throw missing("research result") }
        let quoted = research.quotedSources
        input["claims"] = try claims()
        input["findings"] = .array(research.findings.map(\.input))
        input["sources"] = .array(research.sources.filter { quoted.contains($0.id) }.map(\.input))
    }

    /// A draft that was sent back goes along with what is to be mended.
    private func addRevision(to input: inout JSONObject) {
        guard let decision = earlier.editorial, let draft = earlier.draft, decision.decision == .revise,
            decision.draftHash == TextHash.of(draft.body)
        else { return }
        input["draft"] = ["body_markdown": draft.body.json]
        input["notes"] = .array(
            decision.issues.map {
                ["kind": $0.kind.json, "severity": $0.severity.json, "note": $0.note.json]
            })
    }

    func comment(approved: String?) throws(StageFailure) -> CommentWork {
        // A dry run asks nobody, so it needs nothing to answer.
        guard let thing = submission.id.fullname ?? (settings.posting.mode == .dryRun ? "" : nil) else {
            throw StageFailure(
                .noTarget, "the post has no Reddit id: it can be commented on in dry_run only", isRetryable: false)
        }
        guard let decision = earlier.editorial else { throw missing("editorial result") }
        // The stored hash is not believed: what counts is the hash of the bytes that would go out.
        let hash = TextHash.of(decision.renderedBody)
        guard !decision.renderedBody.isEmpty, hash == decision.renderedHash, approved == nil || approved == hash else {
            throw StageFailure(.approvalVoid, "the bytes to be posted are not those approved", isRetryable: false)
        }
        if source == .engagement, earlier.comment?.commentID == nil, earlier.comment?.mode != .dryRun {
            throw missing("posted comment")
        }
        let mark = CommentMark(post: submission.id.rawValue)
        return CommentWork(
            thingID: thing, outboxID: mark.outboxID, mark: mark.mark, body: decision.renderedBody, bodyHash: hash,
            approvedBy: decision.approval.by, approvedAt: decision.approval.at, posted: earlier.comment)
    }

    private func missing(_ what: String) -> StageFailure {
        StageFailure(.missingInput, "the post's \(what) is missing", isRetryable: false)
    }
}

extension Stage: JSONMappable {}
