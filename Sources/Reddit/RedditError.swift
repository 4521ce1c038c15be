/// Why a question to Reddit has no usable answer. Holds no secret: no token, no password, no request.
package struct RedditError: Error, Sendable, Equatable, CustomStringConvertible {
    package enum Code: String, Sendable, CaseIterable {
        /// The token endpoint refused the client or the account.
        case tokenRefused = "token_refused"
        /// A fresh token was refused too.
        case unauthorized
        /// The token may not do this; nothing that is asked differently will help.
        case insufficientScope = "insufficient_scope"
        case forbidden
        case notFound = "not_found"
        case communityPrivate = "community_private"
        case communityBanned = "community_banned"
        case communityQuarantined = "community_quarantined"
        case communityGated = "community_gated"
        /// Redirects are never followed; a listing redirects when its community does not exist.
        case redirected
        /// The window is spent, or the server says so.
        case rateLimited = "rate_limited"
        /// An HTML page that refuses the network or the user agent.
        case blocked
        case badRequest = "bad_request"
        case serverError = "server_error"
        case notJSON = "not_json"
        case unexpectedForm = "unexpected_form"
        /// An error inside an answer with status 200.
        case apiError = "api_error"
        /// Nothing left this machine.
        case notSent = "not_sent"
        case connectionBroken = "connection_broken"
        case timedOut = "timed_out"
        case cancelled
    }

    package let code: Code
    package let status: Int?
    package let message: String
    /// How long to wait before asking again, when that is known.
    package let retryAfter: Duration?

    package init(_ code: Code, status: Int? = nil, _ message: String, retryAfter: Duration? = nil) {
        self.code = code
        self.status = status
        self.message = String(message.prefix(200))
        self.retryAfter = retryAfter
    }

    package var description: String {
        code.rawValue + (status.map { " (HTTP \($0))" } ?? "") + ": " + message
    }

    /// The community as a whole cannot be read; others of the same listing may.
    var isAboutCommunity: Bool {
        switch code {
        case .communityPrivate, .communityBanned, .communityQuarantined, .communityGated, .forbidden, .notFound,
            .redirected:
            true
        default: false
        }
    }
}
