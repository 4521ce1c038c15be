import Engine
import JSONValue
import Oracles
import Pipeline
import Store

/// Does jobs in the process, with made-up answers that are a function of their input alone: for trying charts and settings
/// without a model. What it answers is read and judged as a model's answer is.
package struct MockPerformer: Performer {
    package static let wireProtocol = "mock"

    private let desk: StageDesk
    private let now: @Sendable () -> Timestamp

    package init(desk: StageDesk, now: @escaping @Sendable () -> Timestamp) {
        self.desk = desk
        self.now = now
    }

    package func canPerform(_ wireProtocol: String) -> Bool { wireProtocol == Self.wireProtocol }

    package func isRepeatable(_ source: String) -> Bool { JobSource(rawValue: source)?.performer == .endpoint }

    package func perform(_ assignment: Assignment) async -> PerformOutcome {
        let job = assignment.job
        do {
            let input = try await desk.task(for: job).input
            let answer = Self.answer(stage: job.stage, input: input, model: assignment.endpoint.model, now: now())
            switch try await desk.read(answer, of: job, at: assignment.endpoint) {
            case .success(let completion): return .completed(completion)
            case .failure(let failure): return .failed(failure)
            }
        } catch let failure as JobFailure {
            return .failed(failure)
        } catch {
            return .endpointFault(
                code: "not_prepared", message: "the job could not be prepared", retryAfter: .seconds(1))
        }
    }

    /// As the callback contract has it. Tokens are counted by length, so that prices and budgets can be tried too.
    static func answer(stage: String, input: JSON, model: String, now: Timestamp) -> JSONObject {
        let output = StageOracle.output(StageInput(stage: stage, document: input), now: now)
        func tokens(_ value: JSON) -> JSON { .int(Int64(value.text.utf8.count / 4 + 1)) }
        return [
            "output": output, "model": .string(model.isEmpty ? wireProtocol : model),
            "usage": ["input_tokens": tokens(input), "output_tokens": tokens(output)],
        ]
    }
}
