import Engine
import JSONValue
import Pipeline
import Store

/// Answers every stage at once, in the process, with a result of about 500 bytes.
struct StagePerformer: Performer {
    let stopwatch: Stopwatch

    func canPerform(_ wireProtocol: String) -> Bool { wireProtocol == MockPerformer.wireProtocol }
    func isRepeatable(_ source: String) -> Bool { true }

    func perform(_ assignment: Assignment) async -> PerformOutcome {
        let job = assignment.job
        let result: JSON = [
            "post": .int(job.key.post.rawValue), "stage": .string(job.source), "verdict": "accept",
            "text": .string(Self.text),
        ]
        let row = ResultRow(
            post: job.key.post, stage: job.source, result: result, hash: TextHash.of(result.canonicalText),
            attempt: "\(job.key)/\(job.attempt)")
        stopwatch.handIn(job.key)
        return .completed(Completion(facts: ["verdict": "accept"], extras: Extras(results: [row])))
    }

    private static let text = String(repeating: "r", count: 440)

    /// One endpoint for each stage.
    static func endpoints(concurrency: Int) -> [EndpointRow] {
        StagesChart.stages.map { stage in
            EndpointRow(
                name: stage, url: "", wireProtocol: MockPerformer.wireProtocol, model: "mock", capabilities: [stage],
                maxConcurrent: concurrency)
        }
    }
}
