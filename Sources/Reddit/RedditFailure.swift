import HTTPClient
import JSONValue

/// Names what an answer that is no success means.
enum RedditFailure {
    /// Nil for a 2xx.
    static func error(_ response: HTTPResponse, retryAfter: Duration? = nil) -> RedditError? {
        let status = response.status
        let body = try? JSON.parse(response.body, limits: JSONRepair.limits)
        let reason = body?["reason"]?.string
        let said = reason ?? body?["message"]?.string ?? "HTTP \(status)"
        switch status {
        case 200..<300: return nil
        case 300..<400: return RedditError(.redirected, status: status, "redirected; redirects are not followed")
        case 401: return RedditError(.unauthorized, status: status, said)
        case 403:
            let isScope = response.headers["www-authenticate"]?.contains("insufficient_scope") ?? false
            let code = isScope ? .insufficientScope : forbidden(reason, isJSON: body != nil)
            return RedditError(code, status: status, said)
        case 404: return RedditError(reason == "banned" ? .communityBanned : .notFound, status: status, said)
        case 429: return RedditError(.rateLimited, status: status, said, retryAfter: retryAfter)
        case 500...: return RedditError(.serverError, status: status, said)
        default: return RedditError(.badRequest, status: status, said)
        }
    }

    private static func forbidden(_ reason: String?, isJSON: Bool) -> RedditError.Code {
        switch reason {
        case "private": .communityPrivate
        case "quarantined": .communityQuarantined
        case "gated": .communityGated
        case "banned": .communityBanned
        default: isJSON ? .forbidden : .blocked
        }
    }

    /// A success whose body says otherwise: an HTML page, an error of the API.
    static func value(_ response: HTTPResponse) throws(RedditError) -> JSON {
        let json = try JSONRepair.parse(response.body)
        let first = json["json"]?["errors"]?[0]
        if let code = first?[0]?.string {
            throw RedditError(.apiError, status: response.status, "\(code): \(first?[1]?.string ?? "")")
        }
        return json
    }

    static func error(_ error: HTTPClientError) -> RedditError {
        switch error.code {
        case .cancelled, .stopped: RedditError(.cancelled, error.message)
        case _ where !error.wasSent: RedditError(.notSent, error.description)
        case .timedOut: RedditError(.timedOut, error.message)
        default: RedditError(.connectionBroken, error.description)
        }
    }
}
