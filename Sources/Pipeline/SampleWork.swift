import JSONSchema
import JSONValue
import Store

/// Work about a post that nobody made: what an endpoint is tried with.
package enum SampleWork {
    /// The source that an endpoint is tried with: research where it can do that by an agent's protocol, else triage.
    package static func source(for endpoint: EndpointRow) -> JobSource {
        let isAgent = endpoint.wireProtocol != "chat" && endpoint.capabilities.contains(JobSource.research.rawValue)
        return isAgent ? .research : .triage
    }

    /// An attempt with everything that its performer is told.
    package static func make(
        _ source: JobSource, job: JobKey, now: Timestamp, settings: PipelineSettings
    ) throws(StageFailure) -> StageWork {
        let submission = Submission(
            id: .trial, source: "test", community: "test", author: "somebody",
            title: "Study: 90% of plastic in the sea comes from 10 rivers",
            body: "I read that ten rivers carry 90% of the plastic that reaches the sea.", url: "", permalink: "",
            createdAt: now, score: 1, commentCount: 0)
        func work(_ source: JobSource, _ results: [ResultRow]) throws(StageFailure) -> StageWork {
            try StageWork.make(
                source: source, submission: submission, results: results, job: job, attempt: 1, priority: 0,
                settings: settings)
        }
        let triage = try work(.triage, [])
        guard source != .triage else { return triage }
        let run = RunInfo(
            job: job, attempt: 1, stage: .triage, endpoint: "", model: "", promptVersion: "", inputHash: "",
            startedAt: now, finishedAt: now)
        let outcome = try StageReader(settings: settings).read(.value(triageOutput), work: triage, run: run)
        let result = ResultRow(
            post: .trial, stage: outcome.stage.rawValue, result: outcome.result, hash: outcome.hash, attempt: "\(job)/1"
        )
        return try work(source, [result])
    }

    /// What is wrong with an output; nil when the pipeline would take it.
    package static func problem(
        with output: JSON, of work: StageWork, now: Timestamp, settings: PipelineSettings
    ) -> String? {
        let run = RunInfo(
            job: work.job, attempt: 1, stage: work.source.stage, endpoint: "", model: "", promptVersion: "",
            inputHash: work.inputHash, startedAt: now, finishedAt: now)
        do {
            _ = try StageReader(settings: settings).read(StageOutput(output), work: work, run: run)
            return nil
        } catch {
            return error.message
        }
    }

    /// A triage that fits the sample.
    package static let triageOutput: JSON = [
        "decision": "research", "reject_reason": nil,
        "claims": [
            [
                "text": "Ten rivers carry 90% of the plastic that reaches the sea.",
                "quote": "90% of plastic in the sea comes from 10 rivers", "type": "quantity",
                "check_worthiness": 0.9, "harm_if_false": "low",
            ]
        ], "topic": "environment", "language": "en", "confidence": 0.9, "instructions_in_post": false,
        "reasoning": "One number.",
    ]
}

/// One step of trying an endpoint.
package struct TrialStep: Sendable, Hashable {
    package let name: String
    package let isGood: Bool
    /// For people.
    package let detail: String
    package let milliseconds: Int64

    package init(name: String, isGood: Bool, detail: String, milliseconds: Int64) {
        self.name = name
        self.isGood = isGood
        self.detail = detail
        self.milliseconds = milliseconds
    }
}
