import HTTPServer
import JSONValue

/// An error as clients see it: RFC 9457 problem details with a stable code.
package struct Problem: Error, Sendable {
    /// What the code means is fixed for ever; texts may change.
    package enum Code: String, Sendable, CaseIterable {
        case badRequest = "bad_request"
        case malformedJSON = "malformed_json"
        case unknownKey = "unknown_key"
        case unauthorized, forbidden
        case unknownRoute = "unknown_route"
        case unknownPost = "unknown_post"
        case unknownJob = "unknown_job"
        case goneJob = "gone_job"
        case gonePost = "gone_post"
        case unknownEndpoint = "unknown_endpoint"
        case unknownHold = "unknown_hold"
        case unknownOperation = "unknown_operation"
        case unknownWebhook = "unknown_webhook"
        case unknownDelivery = "unknown_delivery"
        case replayRunning = "replay_running"
        case operationEnded = "operation_ended"
        case methodNotAllowed = "method_not_allowed"
        case notAccepted = "event_not_accepted"
        case idempotencyConflict = "idempotency_conflict"
        case deliveryConflict = "delivery_conflict"
        case revisionConflict = "revision_conflict"
        case tooLarge = "too_large"
        case unsupportedMediaType = "unsupported_media_type"
        case unprocessable
        case tooManyRequests = "too_many_requests"
        case unavailable, overloaded, stopping
        case `internal` = "internal_error"
    }

    package let status: Int
    package let code: Code
    /// What is wrong with this request, where, what was expected and what to do.
    package let detail: String
    package var members: JSONObject = [:]
    package var headers: [(String, String)] = []

    package init(_ status: Int, _ code: Code, _ detail: String, members: JSONObject = [:]) {
        self.status = status
        self.code = code
        self.detail = detail
        self.members = members
    }

    /// The service cannot answer now; the sender keeps the request and comes again.
    package static func tryAgain(_ code: Code, _ detail: String, seconds: Int) -> Problem {
        var problem = Problem(code == .tooManyRequests ? 429 : 503, code, detail)
        problem.headers = [("Retry-After", "\(seconds)")]
        return problem
    }

    package var response: ServerResponse {
        let body: JSONObject = [
            "type": .string("urn:rejoinder:problem:\(code.rawValue)"), "title": .string(Self.title(status)),
            "status": .int(Int64(status)), "code": .string(code.rawValue), "detail": .string(detail),
        ]
        return ServerResponse(
            status: status, headers: [("Content-Type", "application/problem+json")] + headers,
            body: JSON.object(body.merging(members)).bytes())
    }

    private static func title(_ status: Int) -> String {
        let titles = [
            400: "Bad request", 401: "Not authenticated", 403: "Not allowed", 404: "Not found",
            405: "Method not allowed", 409: "Conflict", 410: "Gone", 412: "Precondition failed", 413: "Body too large",
            415: "Unsupported media type", 422: "Unprocessable", 429: "Too many requests", 500: "Internal error",
            503: "Unavailable",
        ]
        return titles[status] ?? "Error"
    }
}
