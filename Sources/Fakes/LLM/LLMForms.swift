import JSONValue

/// The forms of an OpenAI-style server's answers.
enum LLMForms {
    static func failure(
        _ status: Int, _ message: String, type: String, code: String? = nil, headers: [(String, String)] = []
    ) -> FakeAnswer {
        .json(
            ["error": ["message": .string(message), "type": .string(type), "param": nil, "code": JSON(code)]],
            status: status, headers: headers)
    }

    static let unauthorized = failure(
        401, "Incorrect API key provided.", type: "invalid_request_error", code: "invalid_api_key")

    static func tooMany(retryAfter: Int) -> FakeAnswer {
        failure(
            429, "Rate limit reached.", type: "requests", code: "rate_limit_exceeded",
            headers: [("Retry-After", String(retryAfter))])
    }

    static let quotaSpent = failure(
        429, "You exceeded your current quota, please check your plan and billing details.",
        type: "insufficient_quota", code: "insufficient_quota")

    static func unavailable(retryAfter: Int) -> FakeAnswer {
        failure(
            503, "The server is overloaded.", type: "server_error", headers: [("Retry-After", String(retryAfter))])
    }

    static let serverError = failure(500, "The server had an error.", type: "server_error")
    static let notFound = failure(404, "Unknown request URL.", type: "invalid_request_error", code: "unknown_url")

    /// What refuses a request before any work is done, if the fault is of that kind.
    static func refusal(_ fault: FaultRule<LLMFault>) -> FakeAnswer? {
        switch fault.kind {
        case .tooManyRequests: tooMany(retryAfter: fault.retryAfter ?? 2)
        case .serverError: serverError
        case .unavailable: unavailable(retryAfter: fault.retryAfter ?? 2)
        case .unauthorized: unauthorized
        case .dropBefore: .dropped
        case .quota: quotaSpent
        default: nil
        }
    }

    /// Four bytes make a token, more or less.
    static func tokens(_ bytes: Int) -> Int { max(1, bytes / 4) }
}
