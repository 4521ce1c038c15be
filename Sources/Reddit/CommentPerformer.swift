import Engine
import JSONValue
import Logging
import Pipeline
import Store

/// Does the jobs of a Reddit account: posts comments, looks for those whose outcome is unknown, watches what becomes of
/// them.
package final class CommentPerformer: Performer {
    package static let wireProtocol = "reddit"

    let client: RedditClient
    let sources: any CommentSources
    let settings: PipelineSettings
    let limiter: PostingLimiter?
    /// For the keyed digest of author names.
    let authorKey: [UInt8]
    let logger: Logger

    /// The limiter is told when Reddit asks the account to wait.
    package init(
        client: RedditClient, sources: any CommentSources, settings: PipelineSettings, limiter: PostingLimiter? = nil,
        authorKey: [UInt8], logger: Logger = Logger(label: "poster")
    ) {
        self.client = client
        self.sources = sources
        self.settings = settings
        self.limiter = limiter
        self.authorKey = authorKey
        self.logger = logger
    }

    package func canPerform(_ wireProtocol: String) -> Bool { wireProtocol == Self.wireProtocol }

    /// Reddit knows no idempotency key: a comment that was cut off is looked for by the next owner.
    package func isRepeatable(_ source: String) -> Bool { source != JobSource.comment.rawValue }

    package func perform(_ assignment: Assignment) async -> PerformOutcome {
        guard let source = JobSource(rawValue: assignment.job.source), source.performer == .account else {
            return .failed(
                JobFailure(code: "unsupported", message: "an account cannot do this job", isRetryable: false))
        }
        guard source == .comment else { return await perform(source, assignment) }
        let outcome = await perform(source, assignment)
        settle(outcome, assignment.job.key)
        return outcome
    }

    /// A slot in which surely nothing was posted can be given to another.
    private func settle(_ outcome: PerformOutcome, _ job: JobKey) {
        switch outcome {
        case .endpointFault: limiter?.release(job, comesBack: true)
        case .failed(let failure) where failure.code != "unknown_outcome":
            limiter?.release(job, comesBack: failure.isRetryable)
        default: limiter?.use(job)
        }
    }

    private func perform(_ source: JobSource, _ assignment: Assignment) async -> PerformOutcome {
        do {
            let errand = try await errand(source, assignment)
            switch source {
            case .comment: return try await comment(errand, assignment)
            case .reconcile: return try await reconcile(errand)
            default: return try await engagement(errand)
            }
        } catch {
            return Self.outcome(of: error, mayHaveBeenSent: source == .comment && assignment.isResend)
        }
    }

    /// What a failure before our own request means. What a former owner may have sent must not go back to the queue,
    /// where it would look like work that nobody has begun.
    static func outcome(of error: any Error, mayHaveBeenSent: Bool) -> PerformOutcome {
        if mayHaveBeenSent {
            return .failed(JobFailure(code: "unknown_outcome", message: "\(error)", isRetryable: false))
        }
        switch error {
        case let failure as StageFailure:
            return .failed(
                JobFailure(code: failure.code.rawValue, message: failure.message, isRetryable: failure.isRetryable))
        case let error as RedditError: return fault(error)
        default:
            return .endpointFault(code: "not_readable", message: "what is stored cannot be read", retryAfter: nil)
        }
    }

    /// Nothing was changed at Reddit: the job goes back to the queue.
    static func fault(_ error: RedditError) -> PerformOutcome {
        let pause: Duration? = [.tokenRefused, .insufficientScope, .blocked].contains(error.code) ? .seconds(60) : nil
        return .endpointFault(
            code: error.code.rawValue, message: error.description, retryAfter: error.retryAfter ?? pause)
    }

    private func errand(_ source: JobSource, _ assignment: Assignment) async throws -> Errand {
        let job = assignment.job
        guard let submission = try await sources.submission(job.key.post) else {
            throw StageFailure(.missingInput, "the submission was purged", isRetryable: false)
        }
        let work = try StageWork.make(
            source: source, submission: submission, results: try await sources.results(job.key.post), job: job.key,
            attempt: job.attempt, priority: job.priority, settings: settings, jobInput: job.input)
        guard let comment = work.comment else {
            throw StageFailure(.missingInput, "there is no comment to work on", isRetryable: false)
        }
        let rows = try await sources.comments(of: job.key.post)
        return Errand(
            job: job, submission: submission, work: comment, account: client.account, authorKey: authorKey,
            isDryRun: settings.posting.mode == .dryRun,
            row: rows.last { $0.account.lowercased() == client.account.lowercased() })
    }
}
