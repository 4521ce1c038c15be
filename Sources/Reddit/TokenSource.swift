import HTTPClient
import JSONValue
import Threads

/// Asks the token endpoint. Owns the refresh token, which an answer may replace.
final class TokenSource: Sendable {
    private let options: RedditOptions
    private let http: HTTPClient
    private let clock: RedditClock
    private let renewed = Locked<String?>(nil)

    init(options: RedditOptions, http: HTTPClient, clock: RedditClock) {
        self.options = options
        self.http = http
        self.clock = clock
    }

    func fetch(_ identity: RedditIdentity) async throws -> TokenKeeper.Token {
        let response: HTTPResponse
        do {
            response = try await http.send(request(identity))
        } catch let error as HTTPClientError {
            throw RedditFailure.error(error)
        }
        let token = try TokenAnswer.read(response, now: clock.now())
        if let next = token.renewed { renewed.withLock { $0 = next } }
        return token
    }

    private func request(_ identity: RedditIdentity) -> HTTPRequest {
        HTTPRequest(
            method: "POST", url: options.tokenBase + "/api/v1/access_token",
            headers: [
                ("Authorization", TokenAnswer.basic(options.clientID, options.clientSecret)),
                ("User-Agent", options.userAgent), ("Content-Type", "application/x-www-form-urlencoded"),
            ],
            body: Array(FormText.encoded(grant(identity)).utf8), timeout: options.readTimeout, maximumBody: 64 * 1024)
    }

    private func grant(_ identity: RedditIdentity) -> [(String, String)] {
        guard identity == .account else { return [("grant_type", "client_credentials")] }
        switch options.credential {
        case .password(let password):
            return [("grant_type", "password"), ("username", options.username), ("password", password)]
        case .refreshToken(let given):
            return [("grant_type", "refresh_token"), ("refresh_token", renewed.withLock { $0 } ?? given)]
        }
    }
}
