import JSONValue

/// One request that tried to post the comment.
package struct CommentAttempt: Sendable, Hashable {
    package enum Outcome: String, Sendable, Hashable, JSONMappable {
        case posted
        case postedInvisible = "posted_invisible"
        case refused
        case rateLimited = "rate_limited"
        case auth, unknown
        case notSent = "not_sent"
    }

    package var number: Int
    package var startedAt: Timestamp
    package var finishedAt: Timestamp?
    package var httpStatus: Int?
    package var errorCode: String?
    package var errorMessage: String?
    package var retryAfterSeconds: Double?
    package var outcome: Outcome?
    package var rateLimitUsed: Int?
    package var rateLimitRemaining: Double?
    package var rateLimitResetSeconds: Int?

    package init(number: Int, startedAt: Timestamp) {
        self.number = number
        self.startedAt = startedAt
    }
}

extension CommentAttempt: JSONMappable {
    package init(json: JSON) throws(ShapeError) {
        let member = try Members(json)
        number = try member("n")
        startedAt = try member("started_at")
        finishedAt = try member("finished_at")
        httpStatus = try member("http_status")
        errorCode = try member("error_code")
        errorMessage = try member("error_message")
        retryAfterSeconds = try member("retry_after_s")
        outcome = try member("outcome")
        rateLimitUsed = try member("ratelimit_used")
        rateLimitRemaining = try member("ratelimit_remaining")
        rateLimitResetSeconds = try member("ratelimit_reset_s")
    }

    package var json: JSON {
        [
            "n": number.json, "started_at": startedAt.json, "finished_at": finishedAt.json,
            "http_status": httpStatus.json, "error_code": errorCode?.capped(80).json ?? .null,
            "error_message": errorMessage?.capped(500).json ?? .null,
            "retry_after_s": retryAfterSeconds.json, "outcome": outcome.json, "ratelimit_used": rateLimitUsed.json,
            "ratelimit_remaining": rateLimitRemaining.json, "ratelimit_reset_s": rateLimitResetSeconds.json,
        ]
    }
}
