import JSONValue
import Store

/// The audit of one call: which attempt of which endpoint made a result, from what, and at what cost. Results carry it
/// as their `run` block.
package struct RunInfo: Sendable, Hashable {
    package var job: JobKey
    package var attempt: Int
    package var stage: Stage
    package var endpoint: String
    package var model: String
    package var promptVersion: String
    package var inputHash: String
    package var startedAt: Timestamp
    package var finishedAt: Timestamp
    package var inputTokens: Int?
    package var outputTokens: Int?
    package var microdollars: Int64?
    /// What the endpoint said about why it stopped: `stop`, `length`, `content_filter`, …
    package var finishReason: String
    /// True when the answer had to be dug out of prose or code fences, or cut to size. Set by the reader.
    package var isRepaired = false
    /// Where the raw answer lies, if it is kept.
    package var rawOutput: String?

    package init(
        job: JobKey, attempt: Int, stage: Stage, endpoint: String, model: String, promptVersion: String,
        inputHash: String, startedAt: Timestamp, finishedAt: Timestamp, inputTokens: Int? = nil,
        outputTokens: Int? = nil, microdollars: Int64? = nil, finishReason: String = "stop", rawOutput: String? = nil
    ) {
        self.job = job
        self.attempt = attempt
        self.stage = stage
        self.endpoint = endpoint
        self.model = model
        self.promptVersion = promptVersion
        self.inputHash = inputHash
        self.startedAt = startedAt
        self.finishedAt = finishedAt
        self.inputTokens = inputTokens
        self.outputTokens = outputTokens
        self.microdollars = microdollars
        self.finishReason = finishReason
        self.rawOutput = rawOutput
    }

    /// The `run` block of the stored schemas. Attempts count upwards for ever; the schema ends at 100.
    package var json: JSON {
        [
            "run_id": .string("\(job)/\(attempt)"), "stage": .string(stage.rawValue),
            "attempt": .int(Int64(min(max(attempt, 1), 100))), "endpoint": .string(endpoint.capped(80)),
            "model": .string(model.capped(120)), "prompt_version": .string(promptVersion.capped(40)),
            "schema_version": "1", "input_sha256": .string(inputHash.capped(64)),
            "started_at": startedAt.json, "finished_at": finishedAt.json,
            "latency_ms": .int(max(0, finishedAt.microseconds - startedAt.microseconds) / 1000),
            "prompt_tokens": JSON(inputTokens.map { max(0, $0) }),
            "completion_tokens": JSON(outputTokens.map { max(0, $0) }),
            "cost_usd": JSON(microdollars.map { Double(max(0, $0)) / 1_000_000 }),
            "finish_reason": .string(finishReason.capped(40)), "repaired": .bool(isRepaired),
            "raw_output_ref": JSON(rawOutput?.capped(200)),
        ]
    }
}
