import Engine
import Pipeline
import Store

/// Answers every job at once, in the process, as a good endpoint would: with facts that lead on, a result row, its
/// costs, and the outbox row of a comment.
struct MockPerformer: Performer {
    static let wireProtocol = "mock"
    let stopwatch: Stopwatch

    func canPerform(_ wireProtocol: String) -> Bool { wireProtocol == Self.wireProtocol }
    func isRepeatable(_ source: String) -> Bool { true }

    func perform(_ assignment: Assignment) async -> PerformOutcome {
        guard let source = JobSource(rawValue: assignment.job.source) else {
            return .failed(JobFailure(code: "unsupported", message: "no such work", isRetryable: false))
        }
        let completion = MockAnswer(job: assignment.job, source: source).completion
        stopwatch.handIn(assignment.job.key)
        return .completed(completion)
    }

    /// One endpoint for each model stage, one account for everything at Reddit.
    static func endpoints(concurrency: Int) -> [EndpointRow] {
        let models: [JobSource] = [.triage, .research, .response, .editorial]
        let accounts = JobSource.allCases.filter { $0.performer == .account }
        return models.map { endpoint($0.rawValue, [$0], concurrency) } + [endpoint("account", accounts, concurrency)]
    }

    private static func endpoint(_ name: String, _ sources: [JobSource], _ concurrency: Int) -> EndpointRow {
        EndpointRow(
            name: name, url: "", wireProtocol: wireProtocol, model: "mock", capabilities: sources.map(\.rawValue),
            maxConcurrent: concurrency)
    }
}
