import Crypto
import JSONValue

/// Gives out bearer tokens and knows them again.
struct TokenDesk: Sendable {
    struct Holder: Sendable, Equatable {
        let client: String
        /// Nil: the application alone, which may read and not write.
        let user: String?
        let expires: Double
    }

    static let maximumTokens = 10_000

    let clientID: String
    let clientSecret: String
    let username: String
    let password: String
    let refreshToken: String
    let lifetime: Int
    private var holders: [String: Holder] = [:]

    init(_ options: FakeRedditOptions) {
        clientID = options.clientID
        clientSecret = options.clientSecret
        username = options.username
        password = options.password
        refreshToken = options.refreshToken
        lifetime = options.tokenLifetime
    }

    /// The holder of the request's token, while it is valid.
    func holder(of request: FakeRequest, now: Double) -> Holder? {
        guard let parts = request.headers["authorization"]?.split(separator: " "), parts.count == 2,
            parts[0].lowercased() == "bearer", let holder = holders[String(parts[1])], holder.expires > now
        else { return nil }
        return holder
    }

    /// Answers `POST /api/v1/access_token`.
    mutating func grant(_ request: FakeRequest, now: Double) -> FakeAnswer {
        guard isClient(request) else {
            return RedditForms.failure(
                401, "Unauthorized", headers: [("WWW-Authenticate", "Basic realm=\"reddit\"")])
        }
        let form = request.form
        switch form["grant_type"] {
        case "password":
            guard form["username"]?.lowercased() == username.lowercased(), form["password"] == password else {
                return .json(["error": "invalid_grant"])
            }
            return issue(user: username, refresh: nil, now: now)
        case "client_credentials", "https://oauth.reddit.com/grants/installed_client":
            return issue(user: nil, refresh: nil, now: now)
        case "refresh_token":
            guard form["refresh_token"] == refreshToken else { return RedditForms.failure(400, "Bad Request") }
            return issue(user: username, refresh: refreshToken, now: now)
        default:
            return .json(["error": "unsupported_grant_type"])
        }
    }

    private func isClient(_ request: FakeRequest) -> Bool {
        guard let parts = request.headers["authorization"]?.split(separator: " "), parts.count == 2,
            parts[0].lowercased() == "basic", let pair = Base64.decode(parts[1])
        else { return false }
        return pair == Array("\(clientID):\(clientSecret)".utf8)
    }

    private mutating func issue(user: String?, refresh: String?, now: Double) -> FakeAnswer {
        holders = holders.filter { $0.value.expires > now }
        guard holders.count < Self.maximumTokens else { return RedditForms.failure(429, "Too Many Requests") }
        let token = Digest.hex(Digest.randomBytes(20))
        holders[token] = Holder(client: clientID, user: user, expires: now + Double(lifetime))
        var answer: JSONObject = [
            "access_token": .string(token), "token_type": "bearer", "expires_in": .int(Int64(lifetime)), "scope": "*",
        ]
        if let refresh { answer["refresh_token"] = .string(refresh) }
        return .json(.object(answer))
    }
}
