import Engine
import JSONValue
import Store
import Texts

/// Where jobs of endpoints are prepared and their outputs read: the same for every protocol.
package struct StageDesk: Sendable {
    /// What preparing and reading take, found for many jobs at once.
    package let files: JobFiles
    private let settings: PipelineSettings
    private let reader: StageReader
    private let now: @Sendable () -> Timestamp

    package init(store: any Store, settings: PipelineSettings, now: @escaping @Sendable () -> Timestamp) {
        files = JobFiles(store)
        self.settings = settings
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
        var messages: [ChatMessage] = []
        if let prompt = try? Prompt.builtIn(for: work.source) {
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
        } catch let failure as StageFailure {
            return .failure(JobFailure(failure))
        } catch let failure as JobFailure {
            return .failure(failure)
        } catch {
            return .failure(JobFailure(code: "unreadable", message: "\(error)", isRetryable: false))
        }
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
        let usage = data["usage"]
        let input = usage?["input_tokens"]?.int.map { Int(clamping: $0) }
        let output = usage?["output_tokens"]?.int.map { Int(clamping: $0) }
        let prompt = try? Prompt.builtIn(for: work.source)
        let finished = now()
        return RunInfo(
            job: job.key, attempt: job.attempt, stage: work.source.stage, endpoint: job.endpoint ?? "",
            model: data["model"]?.string ?? endpoint?.model ?? "", promptVersion: prompt?.version ?? "agent",
            inputHash: work.inputHash, startedAt: min(job.assignedAt ?? finished, finished), finishedAt: finished,
            inputTokens: input, outputTokens: output, microdollars: cost(usage, input, output, endpoint),
            finishReason: data["finish_reason"]?.string ?? "stop")
    }

    /// What the endpoint says it cost, else its tokens at its prices; nil when neither is known.
    private func cost(_ usage: JSON?, _ input: Int?, _ output: Int?, _ endpoint: EndpointRow?) -> Int64? {
        if let amount = usage?["cost"]?["amount"]?.double, amount >= 0, amount < 1e6 {
            return Int64((amount * 1_000_000).rounded())
        }
        guard let endpoint, input != nil || output != nil else { return nil }
        let microdollars =
            Double(input ?? 0) * Double(endpoint.inputPrice) + Double(output ?? 0) * Double(endpoint.outputPrice)
        return Int64(min(microdollars / 1_000_000, 1e12).rounded())
    }

    private func completion(_ outcome: StageOutcome, _ job: JobRow, _ run: RunInfo) -> Completion {
        let attempt = "\(job.key)/\(job.attempt)"
        let result = ResultRow(
            post: job.key.post, stage: outcome.stage.rawValue, result: outcome.result, hash: outcome.hash,
            attempt: attempt)
        let cost = CostRow(
            post: job.key.post, stage: outcome.stage.rawValue, attempt: attempt, endpoint: run.endpoint,
            model: run.model, inputTokens: max(0, run.inputTokens ?? 0), outputTokens: max(0, run.outputTokens ?? 0),
            microdollars: max(0, run.microdollars ?? 0))
        return Completion(facts: outcome.facts, extras: Extras(results: [result], costs: [cost]))
    }
}

extension JobFailure {
    package init(_ failure: StageFailure) {
        self.init(code: failure.code.rawValue, message: failure.message, isRetryable: failure.isRetryable)
    }
}
