import JSONSchema
import JSONValue
import Store

/// One attempt of a job, with all that its performer is told and all that code needs to judge the answer.
package struct StageWork: Sendable {
    package let source: JobSource
    package let job: JobKey
    package let attempt: Int
    package let submission: Submission
    package let earlier: EarlierResults
    package let priority: Int
    /// What goes out: the post and what earlier stages found, as much as this stage needs.
    package let input: JSON
    /// SHA-256 of the input's canonical text.
    package let inputHash: String
    /// For jobs of an account; nil for jobs of an endpoint.
    package let comment: CommentWork?
    let settings: PipelineSettings

    /// The schema that the answer must fit.
    package var outputSchema: JSON { StageSchemas.output(of: source).source }

    /// Puts the work of an attempt together. `results` are all of the post's, oldest first; `jobInput` is the chart's
    /// `input` for the invocation: an approved hash in it (`sha256`) must be that of the bytes to be posted.
    package static func make(
        source: JobSource, submission: Submission, results: [ResultRow], job: JobKey, attempt: Int, priority: Int,
        settings: PipelineSettings, jobInput: JSONObject = [:]
    ) throws(StageFailure) -> StageWork {
        let settings = settings.forCommunity(submission.community)
        let earlier = EarlierResults(results)
        let builder = InputBuilder(source: source, submission: submission, earlier: earlier, settings: settings)
        let comment = source.performer == .account ? try builder.comment(approved: jobInput["sha256"]?.string) : nil
        let input = JSON.object(try builder.input(comment))
        return StageWork(
            source: source, job: job, attempt: attempt, submission: submission, earlier: earlier, priority: priority,
            input: input, inputHash: TextHash.of(input.canonicalText), comment: comment, settings: settings)
    }
}
