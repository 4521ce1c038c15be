import JSONValue

/// The forms of Reddit's answers.
enum RedditForms {
    static func listing(_ things: [JSON], after: String? = nil, before: String? = nil) -> JSON {
        [
            "kind": "Listing",
            "data": [
                "modhash": nil, "dist": .int(Int64(things.count)), "children": .array(things), "after": JSON(after),
                "before": JSON(before), "geo_filter": "",
            ],
        ]
    }

    /// `{"message": …, "error": …}` with the right status.
    static func failure(_ status: Int, _ message: String, headers: [(String, String)] = []) -> FakeAnswer {
        .json(["message": .string(message), "error": .int(Int64(status))], status: status, headers: headers)
    }

    /// HTTP 200 with an error of the API in it.
    static func apiError(_ code: String, _ message: String, field: String?, ratelimit: Double? = nil) -> FakeAnswer {
        var json: JSONObject = ["errors": .array([.array([.string(code), .string(message), JSON(field)])])]
        if let ratelimit { json["ratelimit"] = .double(ratelimit) }
        return .json(["json": .object(json)])
    }

    /// HTTP 200 with the things that were made.
    static func made(_ things: [JSON]) -> FakeAnswer {
        .json(["json": ["errors": [], "data": ["things": .array(things)]]])
    }

    /// One of the wordings that Reddit has used: with the exact number beside the text, and without.
    static func ratelimit(seconds: Double, count: Int) -> FakeAnswer {
        let minutes = Int(seconds / 60)
        let rest = Int(seconds) - 60 * minutes
        let rounded = minutes > 0 ? "\(minutes) minute\(minutes == 1 ? "" : "s")" : "\(max(1, rest)) seconds"
        switch count % 3 {
        case 0:
            return apiError(
                "RATELIMIT",
                "Looks like you've been doing that a lot. Take a break for \(rounded) before trying again.",
                field: "ratelimit")
        case 1:
            return apiError(
                "RATELIMIT", "you are doing that too much. try again in \(rounded).", field: "ratelimit",
                ratelimit: seconds)
        default:
            let compact = minutes > 0 ? "\(minutes)m\(rest)s" : "\(max(1, rest))s"
            return apiError(
                "RATELIMIT",
                "Looks like you've been doing that a lot. Take a break for \(compact) before trying again.",
                field: "ratelimit")
        }
    }

    static func tooManyRequests(retryAfter: Int) -> FakeAnswer {
        .html(
            "<!doctype html>\n<html><head><title>Too Many Requests</title></head><body><h1>whoa there, pardner!</h1>"
                + "<p>we're sorry, but you appear to be a bot and we've seen too many requests from you lately.</p>"
                + "<p>please wait \(retryAfter) second(s) and try again.</p></body></html>",
            status: 429, headers: [("Retry-After", String(retryAfter))])
    }

    static let blocked = FakeAnswer.html(
        "<!doctype html><html><head><title>Blocked</title></head><body><h1>whoa there, pardner!</h1>"
            + "<p>Your request has been blocked due to a network policy.</p></body></html>", status: 403)

    static let unreachable = FakeAnswer.html(
        "<html><head><title>reddit</title></head><body>our CDN was unable to reach our servers</body></html>",
        status: 200)

    static let unauthorized = failure(
        401, "Unauthorized", headers: [("WWW-Authenticate", "Bearer realm=\"reddit\", error=\"invalid_token\"")])

    /// What texts look like to a client that did not ask for `raw_json`.
    static func escaped(_ value: JSON) -> JSON {
        switch value {
        case .string(let text): .string(escaped(text))
        case .array(let elements): .array(elements.map(escaped))
        case .object(let object): .object(JSONObject(object.map { ($0.key, escaped($0.value)) }))
        default: value
        }
    }

    static func escaped(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 == 0x26 || $0 == 0x3c || $0 == 0x3e }) else { return text }
        var out = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": out += "&amp;"
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }
}
