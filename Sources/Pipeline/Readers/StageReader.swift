import JSONSchema
import JSONValue
import Store

/// Turns what an endpoint or an account delivered into a stage's result and facts: the one way in for outputs.
///
/// A model proposes, code disposes: the output must fit its schema, quotes must be found in their texts, ids and links
/// come from code, and a decision may only be lowered.
package struct StageReader: Sendable {
    let settings: PipelineSettings

    package init(settings: PipelineSettings) { self.settings = settings }

    package func read(_ output: StageOutput, work: StageWork, run: RunInfo) throws(StageFailure) -> StageOutcome {
        let schema = StageSchemas.output(of: work.source)
        var run = run
        let value = try Self.value(output, schema, &run)
        let violations = schema.validate(value)
        guard violations.isEmpty else { throw ModelAnswer.violation(violations) }
        let settings = settings.forCommunity(work.submission.community)
        let outcome = try judge(
            value, Reading(work: work, run: run.json, finishedAt: run.finishedAt, settings: settings))
        let unfit = StageSchemas.result(of: work.source).validate(outcome.result)
        guard unfit.isEmpty else { throw ModelAnswer.violation(unfit) }
        return outcome
    }

    private static func value(
        _ output: StageOutput, _ schema: Schema, _ run: inout RunInfo
    ) throws(StageFailure) -> JSON {
        switch output {
        case .value(let value): return ModelAnswer.withCappedReasoning(value, schema)
        case .text(let text):
            let answer = try ModelAnswer(text, schema: schema, finishReason: run.finishReason)
            run.isRepaired = run.isRepaired || answer.isRepaired
            return answer.object
        }
    }

    private func judge(_ value: JSON, _ reading: Reading) throws(StageFailure) -> StageOutcome {
        let stage = reading.work.source.stage
        do throws(ShapeError) {
            switch reading.work.source {
            case .triage:
                let result = try TriageReader(reading).read(value)
                return StageOutcome(result: result.json, facts: result.facts(reading.settings), stage: stage)
            case .research:
                let result = try ResearchReader(reading).read(value)
                return StageOutcome(result: result.json, facts: result.facts, stage: stage)
            case .response:
                let result = try ResponseReader(reading).read(value)
                return StageOutcome(result: result.json, facts: result.facts, stage: stage)
            case .editorial:
                let result = try EditorialReader(reading).read(value)
                return StageOutcome(result: result.json, facts: result.facts, stage: stage)
            case .comment, .reconcile, .engagement: break
            }
        } catch {
            throw StageFailure(.invalidOutput, "the output has another shape: \(error)", isRetryable: true)
        }
        return try CommentReader(reading).read(value)
    }
}

/// What all readers need.
struct Reading {
    let work: StageWork
    /// The `run` block.
    let run: JSON
    let finishedAt: Timestamp
    let settings: PipelineSettings

    var postID: Int { Int(work.submission.id.rawValue) }
}
