import HTTPClient
import JSONValue
import Logging
import Threads

/// Asks Reddit as one account. Obeys the rate windows, renews tokens, follows no redirect, and repeats nothing by
/// itself but what was refused with 401.
package final class RedditClient: Sendable {
    let options: RedditOptions
    let http: HTTPClient
    package let clock: RedditClock
    let logger: Logger
    let tokens: TokenKeeper
    private let windows = Locked<[RedditIdentity: RateWindow]>([:])

    package init(
        options: RedditOptions, http: HTTPClient, clock: RedditClock = .system,
        logger: Logger = Logger(label: "reddit")
    ) {
        self.options = options
        self.http = http
        self.clock = clock
        self.logger = logger
        let source = TokenSource(options: options, http: http, clock: clock)
        tokens = TokenKeeper(now: clock.now) { try await source.fetch($0) }
    }

    /// The account's name, as comments show it.
    package var account: String { options.username }

    /// GETs a JSON value. `raw_json=1` is added: without it texts come escaped. The reserve are calls of the rate
    /// window that are left to more urgent callers.
    package func get(
        _ path: String, query: [(String, String)] = [], as identity: RedditIdentity = .account, reserve: Int = 0
    ) async throws -> JSON {
        let url = options.apiBase + path + "?" + FormText.encoded([("raw_json", "1")] + query)
        let answer = try await answer(as: identity) { [options] token in
            HTTPRequest(
                url: url, headers: Self.headers(options, token), timeout: options.readTimeout,
                maximumBody: JSONRepair.limits.bytes)
        } before: {
            try await waitForWindow(identity, reserve: reserve)
        }
        return try RedditFailure.value(answer)
    }

    /// Sends with a token; after a 401 once more with a fresh one. Throws what is no success.
    private func answer(
        as identity: RedditIdentity, _ request: (String) -> HTTPRequest, before: () async throws -> Void
    ) async throws -> HTTPResponse {
        for isLast in [false, true] {
            let token = try await tokens.token(identity)
            try await before()
            let response: HTTPResponse
            do {
                response = try await http.send(request(token))
            } catch let error as HTTPClientError {
                throw RedditFailure.error(error)
            }
            let wait = note(response, identity)
            guard let failure = RedditFailure.error(response, retryAfter: wait) else { return response }
            guard failure.code == .unauthorized, !isLast else { throw failure }
            tokens.discard(token, identity)
        }
        throw RedditError(.unauthorized, status: 401, "a fresh token was refused")
    }

    static func headers(_ options: RedditOptions, _ token: String) -> [(String, String)] {
        [
            ("Authorization", "bearer " + token), ("User-Agent", options.userAgent), ("Accept", "application/json"),
        ]
    }

    // MARK: Rate windows

    /// Waits until a call may go out, and counts it.
    func waitForWindow(_ identity: RedditIdentity, reserve: Int = 0) async throws {
        for _ in 0..<100 {
            let wait = windows.withLock { $0[identity, default: RateWindow()].take(at: clock.now(), reserve: reserve) }
            if wait == .zero { return }
            guard wait <= options.longestWait else {
                throw RedditError(.rateLimited, "the rate window is spent", retryAfter: wait)
            }
            try await clock.sleep(wait)
        }
        throw RedditError(.rateLimited, "the rate window stays spent", retryAfter: options.longestWait)
    }

    /// Notes the answer's numbers; for a 429 returns how long to wait.
    func note(_ response: HTTPResponse, _ identity: RedditIdentity) -> Duration? {
        let reading = RateWindow.Reading { response.headers[$0] }
        return windows.withLock { windows in
            guard response.status == 429 else {
                windows[identity, default: RateWindow()].note(reading, at: clock.now())
                return nil
            }
            return windows[identity, default: RateWindow()].refused(reading, at: clock.now(), random: clock.random())
        }
    }
}
