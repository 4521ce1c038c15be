import Engine
import JSONValue
import Store
import Texts

/// Where jobs of endpoints are prepared and their outputs read: the same for every protocol.
package struct StageDesk: Sendable {
    /// What preparing and reading take, found for many jobs at once.
    package let files: JobFiles
    private let store: any Store
    private let settings: PipelineSettings
    private let prompts: PromptShelf
    private let reader: StageReader
    private let now: @Sendable () -> Timestamp

    package init(
        store: any Store, settings: PipelineSettings, prompts: PromptShelf = .builtIn,
        now: @escaping @Sendable () -> Timestamp
    ) {
        files = JobFiles(store)
        self.store = store
        self.settings = settings
        self.prompts = prompts
        self.now = now
        reader = StageReader(settings: settings)
    }

    /// What an endpoint is told about a job.
    package struct Task: Sendable {
        package let input: JSON
        package let outputSchema: JSON
        package let schemaName: String
        /// For chats; empty where the source has no prompt.
        package let messages: [ChatMessage]
    }

    /// Prepares an attempt; throws ``JobFailure`` where the post lacks what the stage needs.
    package func task(for job: JobRow) async throws -> Task {
        let work = try await work(for: job)
        try await checkBudget(job.key.post)
        var messages: [ChatMessage] = []
        if let prompt = prompts[work.source] {
            var random = SystemRandomNumberGenerator()
            do {
                messages = try work.messages(prompt: prompt, using: &random)
            } catch {
                throw JobFailure(error)
            }
        }
        return Task(
            input: work.input, outputSchema: work.outputSchema, schemaName: work.source.outputSchemaName,
            messages: messages)
    }

    /// Costs are in the ledger with the macrostep that they led to: what a post has cost is known before its next call.
    private func checkBudget(_ post: PostID) async throws {
        guard settings.costPerPost > 0 else { return }
        let spent = try await store.costs(CostQuery(by: .post, post: post)).reduce(0) { $0 + $1.microdollars }
        guard Double(spent) >= settings.costPerPost * 1_000_000 else { return }
        throw JobFailure(
            code: "post_over_budget", message: "the post has cost what a post may cost (costs.per_post)",
            isRetryable: false)
    }

    /// Reads what an endpoint delivered: `output`, and perhaps `usage`, `model`, `finish_reason`.
    package func read(
        _ data: JSONObject, of job: JobRow, at endpoint: EndpointRow?
    ) async throws -> Result<Completion, JobFailure> {
        read(data, of: try await file(of: job), at: endpoint)
    }

    /// The same with what it takes at hand.
    package func read(
        _ data: JSONObject, of file: JobFile, at endpoint: EndpointRow?
    ) -> Result<Completion, JobFailure> {
        let job = file.job
        do {
            let work = try work(of: file)
            let run = run(data, job, work, endpoint)
            let outcome = try reader.read(StageOutput(data["output"] ?? .null), work: work, run: run)
            return .success(completion(outcome, job, run))
        } catch {
            return .failure(charged(Self.failure(error), data, of: job, at: endpoint))
        }
    }

    private static func failure(_ error: any Error) -> JobFailure {
        switch error {
        case let failure as StageFailure: JobFailure(failure)
        case let failure as JobFailure: failure
        default: JobFailure(code: "unreadable", message: "\(error)", isRetryable: false)
        }
    }

    /// A failed attempt has its price too: the failure with a line of the ledger, where the endpoint said what was used.
    package func charged(
        _ failure: JobFailure, _ data: JSONObject, of job: JobRow, at endpoint: EndpointRow?
    ) -> JobFailure {
        let usage = Usage(data, at: endpoint)
        guard usage.isKnown else { return failure }
        var failure = failure
        failure.extras.costs = [
            cost(usage, job, stage: job.stage, model: data["model"]?.string ?? endpoint?.model ?? "")
        ]
        return failure
    }

    package func work(for job: JobRow) async throws -> StageWork {
        try work(of: try await file(of: job))
    }

    /// The job as its caller knows it, which the table may not show yet or any more.
    private func file(of job: JobRow) async throws -> JobFile {
        guard var file = try await files.value(job.key) else {
            throw JobFailure(code: "gone", message: "the job has ended", isRetryable: false)
        }
        file.job = job
        return file
    }

    private func work(of file: JobFile) throws -> StageWork {
        let job = file.job
        guard let source = JobSource(rawValue: job.source) else {
            throw JobFailure(code: "unsupported", message: "there is no work '\(job.source)'", isRetryable: false)
        }
        guard let submission = file.submission else {
            throw JobFailure(code: "missing_input", message: "the post's text was purged", isRetryable: false)
        }
        do {
            return try StageWork.make(
                source: source, submission: submission, results: file.results, job: job.key, attempt: job.attempt,
                priority: job.priority, settings: settings, jobInput: job.input)
        } catch {
            throw JobFailure(error)
        }
    }

    private func run(_ data: JSONObject, _ job: JobRow, _ work: StageWork, _ endpoint: EndpointRow?) -> RunInfo {
        let usage = Usage(data, at: endpoint)
        let prompt = prompts[work.source]
        let finished = now()
        var run = RunInfo(
            job: job.key, attempt: job.attempt, stage: work.source.stage, endpoint: job.endpoint ?? "",
            model: data["model"]?.string ?? endpoint?.model ?? "", promptVersion: prompt?.version ?? "agent",
            inputHash: work.inputHash, startedAt: min(job.assignedAt ?? finished, finished), finishedAt: finished,
            inputTokens: usage.input, outputTokens: usage.output, microdollars: usage.microdollars,
            finishReason: data["finish_reason"]?.string ?? "stop")
        run.isRepaired = data["repaired"]?.bool ?? false
        return run
    }

    private func completion(_ outcome: StageOutcome, _ job: JobRow, _ run: RunInfo) -> Completion {
        let result = ResultRow(
            post: job.key.post, stage: outcome.stage.rawValue, result: outcome.result, hash: outcome.hash,
            attempt: "\(job.key)/\(job.attempt)")
        let usage = Usage(input: run.inputTokens, output: run.outputTokens, microdollars: run.microdollars)
        let cost = cost(usage, job, stage: outcome.stage.rawValue, model: run.model)
        return Completion(facts: outcome.facts, extras: Extras(results: [result], costs: [cost]))
    }

    private func cost(_ usage: Usage, _ job: JobRow, stage: String, model: String) -> CostRow {
        CostRow(
            post: job.key.post, stage: stage, attempt: "\(job.key)/\(job.attempt)", endpoint: job.endpoint ?? "",
            model: model.capped(120), inputTokens: max(0, usage.input ?? 0), outputTokens: max(0, usage.output ?? 0),
            microdollars: max(0, usage.microdollars ?? 0))
    }
}

extension JobFailure {
    package init(_ failure: StageFailure) {
        self.init(code: failure.code.rawValue, message: failure.message, isRetryable: failure.isRetryable)
    }
}
