import Crypto
import HTTPClient
import JSONValue

/// Reads the token endpoint's answers. Refusals often come with status 200.
enum TokenAnswer {
    /// A token is renewed this long before its end.
    static let margin = Duration.seconds(60)

    static func basic(_ id: String, _ secret: String) -> String {
        "Basic " + Base64.encode(Array("\(id):\(secret)".utf8))
    }

    static func read(_ response: HTTPResponse, now: Timestamp) throws(RedditError) -> TokenKeeper.Token {
        if response.status == 429 {
            let reading = RateWindow.Reading { response.headers[$0] }
            let wait = max(reading.retryAfter ?? .zero, reading.reset ?? .zero, .seconds(5))
            throw RedditError(.rateLimited, status: 429, "the token endpoint wants a pause", retryAfter: wait)
        }
        if let failure = RedditFailure.error(response) {
            guard [.unauthorized, .badRequest, .forbidden].contains(failure.code) else { throw failure }
            throw RedditError(.tokenRefused, status: response.status, failure.message)
        }
        let json = try JSONRepair.parse(response.body)
        if let error = json["error"] {
            // The code is one of OAuth's words; the description could repeat what was sent.
            throw RedditError(.tokenRefused, status: response.status, error.string ?? "error \(error.int ?? 0)")
        }
        guard let value = json["access_token"]?.string, !value.isEmpty, isPlain(value) else {
            throw RedditError(.unexpectedForm, status: response.status, "no access token in the answer")
        }
        let lifetime = Duration.seconds(min(max(json["expires_in"]?.double ?? 3600, 0), 31_536_000))
        let usable = max(lifetime - margin, lifetime / 2)
        return TokenKeeper.Token(value: value, refreshAt: now + usable, renewed: json["refresh_token"]?.string)
    }

    /// Fit for a header.
    private static func isPlain(_ token: String) -> Bool {
        token.utf8.count <= 8_192 && token.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }
}
