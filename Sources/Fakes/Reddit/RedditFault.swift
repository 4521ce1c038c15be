/// How the fake Reddit can be told to misbehave.
package enum RedditFault: String, FaultKind {
    case tooManyRequests = "429"
    /// The account's own limit for writing: HTTP 200 with `RATELIMIT`; on other requests the same as 429.
    case ratelimit
    /// An error of the API with the rule's `code`, HTTP 200.
    case apiError = "api_error"
    case failAfterActing = "500_after_acting"
    case failBeforeActing = "500_before_acting"
    case unavailable = "503"
    case dropBefore = "drop_before"
    case dropAfter = "drop_after"
    /// Acts, and answers after the rule's delay.
    case slow
    /// A page of the CDN instead of JSON; nothing was done.
    case html = "html_200"
    case htmlAfterActing = "html_200_after_acting"
    case forbidden = "403"
    case unauthorized = "401"

    package static let routes = RedditRoute.kinds

    var actsFirst: Bool {
        switch self {
        case .failAfterActing, .dropAfter, .slow, .htmlAfterActing: true
        default: false
        }
    }
}
