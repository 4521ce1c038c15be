import HTTPClient
import JSONValue

/// What Reddit's answer to a comment means. Pure; the only judge of whether a comment stands.
package enum CommentAnswer: Sendable, Equatable {
    case posted(id: String, permalink: String?)
    /// Taken, but shown to nobody: a quarantined community that the account has not joined.
    case invisible
    /// The account's own limit for writing. Refused before acting.
    case rateLimited(Duration)
    /// 429: the client's window is spent. Refused before acting.
    case windowSpent
    /// The token was refused, before acting.
    case unauthorized
    /// Not posted, and asking again would not help.
    case refused(CommentRefusal)
    /// It may stand or not: reconcile before anything is sent again.
    case unknown(String)

    package init(_ response: HTTPResponse) {
        switch response.status {
        case 200: self = Self.success(response.body)
        case 401: self = .unauthorized
        case 429: self = .windowSpent
        case 403:
            let failure = RedditFailure.error(response)
            self = .refused(CommentRefusal(code: "forbidden", said: "", message: failure?.message ?? "forbidden"))
        case 400, 404, 405, 410, 413, 414, 415:
            let failure = RedditFailure.error(response)
            let message = failure?.message ?? "HTTP \(response.status)"
            self = .refused(CommentRefusal(code: "request_refused", said: "", message: message))
        default: self = .unknown("HTTP \(response.status)")
        }
    }

    private static func success(_ body: [UInt8]) -> CommentAnswer {
        guard let answer = try? JSONRepair.parse(body) else { return .unknown("the answer is no JSON") }
        guard let json = answer["json"] else {
            return posted(answer) ?? .unknown("the answer has an unknown form")
        }
        let errors = json["errors"]?.array ?? []
        if !errors.isEmpty { return refusal(errors, exact: json["ratelimit"]?.double) }
        guard let things = json["data"]?["things"]?.array else { return .unknown("the answer names no comment") }
        guard let thing = things.first else { return .invisible }
        return thing["data"].flatMap(posted) ?? .unknown("the answer names no comment")
    }

    private static func posted(_ data: JSON) -> CommentAnswer? {
        guard let name = data["name"]?.string ?? data["id"]?.string.map({ "t1_" + $0 }),
            RedditDecoding.isFullname(name, "t1_") || RedditDecoding.isFullname(name, "t4_")
        else { return nil }
        return .posted(id: name, permalink: data["permalink"]?.string.map { RedditDecoding.cut($0, 500) })
    }

    /// Codes decide; the messages are localised and were reworded more than once.
    private static func refusal(_ errors: [JSON], exact: Double?) -> CommentAnswer {
        let codes = errors.map { (code: $0[0]?.string ?? "", message: $0[1]?.string ?? "") }
        if let limit = codes.first(where: { $0.code == "RATELIMIT" }) {
            return .rateLimited(RateLimitText.wait(exact: exact, message: limit.message))
        }
        let known = codes.first { CommentRefusal.words[$0.code] != nil } ?? codes[0]
        return .refused(
            CommentRefusal(
                code: CommentRefusal.words[known.code] ?? "refused", said: known.code, message: known.message))
    }
}

/// Why Reddit did not take a comment. Its code is one of ours.
package struct CommentRefusal: Sendable, Equatable {
    package var code: String
    /// Reddit's code; empty when there was none.
    package var said: String
    package var message: String

    package init(code: String, said: String, message: String) {
        self.code = code
        self.said = String(said.prefix(80))
        self.message = String(message.prefix(200))
    }

    /// Reddit's codes in our words. None of these is tried again by itself; what is not here is `refused`.
    static let words: [String: String] = [
        "THREAD_LOCKED": "target_locked", "TOO_OLD": "target_locked",
        "DELETED_COMMENT": "target_gone", "DELETED_THING": "target_gone",
        // "Something is broken" says that the author has blocked the account; "try again later" in it is a trap.
        "USER_BLOCKED": "author_blocked", "SOMETHING_IS_BROKEN": "author_blocked",
        "COMMENTER_BLOCKED_POSTER": "author_blocked", "COMMENTER_BLOCKED_PARENT_COMMENTER": "author_blocked",
        "SUBREDDIT_OUTBOUND_LINKING_DISALLOWED": "text_refused", "SUBREDDIT_LINKING_DISALLOWED": "text_refused",
        "USERNAME_LINKING_DISALLOWED": "text_refused", "DOMAIN_BANNED": "text_refused",
        "COMMENT_GUIDANCE_VALIDATION_FAILED": "guidance_refused",
        "SUBREDDIT_NOTALLOWED": "not_allowed", "BANNED_FROM_SUBREDDIT": "not_allowed", "USER_MUTED": "not_allowed",
        "IN_TIMEOUT": "not_allowed", "VERIFIED_USER_REQUIRED": "not_allowed",
        "NO_TEXT": "request_refused", "TOO_LONG": "request_refused", "USER_REQUIRED": "request_refused",
        "TOO_MANY_COMMENTS": "thread_full",
    ]
}
