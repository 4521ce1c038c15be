import JSONValue

/// Why an output is no result. Messages are ours: they never repeat what a model or a post said.
package struct StageFailure: Error, Hashable, CustomStringConvertible {
    package enum Code: String, Sendable, Hashable, CaseIterable {
        /// The output has no JSON object, several, or one that does not fit its schema.
        case invalidOutput = "invalid_output"
        /// The answer ends before its JSON object does.
        case outputCut = "output_cut"
        /// The model or its host declined to answer.
        case refused
        /// An earlier stage's result is missing (purged, or the chart skipped the stage).
        case missingInput = "missing_input"
        /// The post cannot be commented on: it did not come from Reddit.
        case noTarget = "no_target"
        /// The bytes to be posted are not the bytes that were approved.
        case approvalVoid = "approval_void"
        /// The comment was not posted, and it is known that it was not.
        case notPosted = "not_posted"
        /// Whether the comment was posted is not known: reconcile before anything is sent again.
        case unknownOutcome = "unknown_outcome"
        /// A kind of endpoint that cannot do this work.
        case unsupported
    }

    package let code: Code
    package let message: String
    /// Whether another attempt may end better.
    package let isRetryable: Bool

    package init(_ code: Code, _ message: String, isRetryable: Bool) {
        self.code = code
        self.message = message
        self.isRetryable = isRetryable
    }

    package var description: String { "\(code.rawValue): \(message)" }
}
