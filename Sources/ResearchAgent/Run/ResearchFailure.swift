import JSONValue

/// Why a research has no result, as `job.failed` reports it.
package struct ResearchFailure: Error, Hashable, CustomStringConvertible {
    package let code: String
    package let message: String
    package let isRetryable: Bool
    /// What it took all the same.
    package var usage = ModelUsage()

    package init(code: String, message: String, isRetryable: Bool) {
        self.code = code
        self.message = message
        self.isRetryable = isRetryable
    }

    init(_ failure: ModelFailure) {
        let isRetryable =
            switch failure.code {
            case .outOfOrder, .misconfigured, .unfit: true
            case .rejected, .refused: false
            }
        self.init(code: failure.code.rawValue, message: failure.message, isRetryable: isRetryable)
    }

    static let stopping = ResearchFailure(
        code: "agent_stopping", message: "the agent was stopped while it worked on the job", isRetryable: true)
    static let late = ResearchFailure(
        code: "deadline_passed", message: "the job's deadline had passed when it began", isRetryable: false)

    package var description: String { "\(code): \(message)" }
}

/// What a research came to.
package struct ResearchResult: Sendable {
    package let output: JSON
    package let usage: ModelUsage
    /// For the log.
    package let summary: String
}
