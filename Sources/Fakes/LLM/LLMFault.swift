import Oracles

/// How the fake endpoints can be told to misbehave. Some make sense for one role only; the other refuses them.
package enum LLMFault: String, FaultKind {
    // Both roles: refusals and the connection.
    case tooManyRequests = "429"
    case serverError = "500"
    case unavailable = "503"
    case unauthorized = "401"
    case dropBefore = "drop_before"
    /// Takes the work on and cuts the connection.
    case dropAfter = "drop_after"
    /// Answers after the rule's delay.
    case slow
    /// Never answers the request.
    case noAnswer = "no_answer"

    // Both roles: what the output looks like.
    case rubbish
    case wrongSchema = "wrong_schema"

    // The chat role.
    case cutJSON = "cut_json"
    case prose
    case fenced
    case refusal
    /// A 429 that no waiting helps: the money is spent.
    case quota

    // The research role.
    case failRetryable = "fail_retryable"
    case failPermanent = "fail_permanent"
    /// The terminal callback is sent twice, under one id.
    case twice
    /// The terminal callback comes the rule's delay later.
    case late
    /// The terminal callback is sent and answered before the start is.
    case early
    /// No terminal callback at all.
    case never
    case wrongSignature = "wrong_signature"

    package static let routes = StageInput.stages

    func isFor(_ role: FakeLLMOptions.Role) -> Bool {
        switch self {
        case .cutJSON, .prose, .fenced, .refusal, .quota: role == .chat
        case .failRetryable, .failPermanent, .twice, .late, .early, .never, .wrongSignature: role == .research
        default: true
        }
    }
}
