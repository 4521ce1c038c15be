import HTTPClient

/// What became of the one request that posts a comment.
package enum CommentSending: Sendable {
    case answered(HTTPResponse, retryAfter: Duration?)
    /// It went out and no answer came: nobody knows.
    case lost(String)
    /// Nothing left this machine.
    case notSent(RedditError)
    /// The lease was no longer young: another node may act for the account.
    case leaseOld
}

extension RedditClient {
    /// Posts a comment: exactly one request on a connection of its own, since curl repeats one that it sent on a kept
    /// connection which turned out to be dead. Only a 401, refused before acting, is followed by a second one.
    /// Whether the lease is young is asked right before each request.
    package func postComment(
        on thing: String, text: String, isLeaseYoung: () -> Bool
    ) async -> CommentSending {
        var last: HTTPResponse?
        for isLast in [false, true] {
            let token: String
            do {
                token = try await tokens.token(.account)
                try await waitForWindow(.account)
            } catch {
                return .notSent(error as? RedditError ?? RedditError(.cancelled, "cancelled before sending"))
            }
            guard isLeaseYoung() else { return .leaseOld }
            let response: HTTPResponse
            do {
                response = try await http.send(commentRequest(thing, text, token))
            } catch let error as HTTPClientError where !error.wasSent {
                return .notSent(RedditFailure.error(error))
            } catch {
                return .lost("\(error)")
            }
            let wait = note(response, .account)
            guard response.status == 401, !isLast else { return .answered(response, retryAfter: wait) }
            tokens.discard(token, .account)
            last = response
        }
        return last.map { .answered($0, retryAfter: nil) } ?? .notSent(RedditError(.unauthorized, "no token"))
    }

    private func commentRequest(_ thing: String, _ text: String, _ token: String) -> HTTPRequest {
        let form = FormText.encoded([("api_type", "json"), ("thing_id", thing), ("text", text)])
        return HTTPRequest(
            method: "POST", url: options.apiBase + "/api/comment?raw_json=1",
            headers: Self.headers(options, token) + [("Content-Type", "application/x-www-form-urlencoded")],
            body: Array(form.utf8), timeout: options.postTimeout, maximumBody: 4 << 20, reusesConnection: false)
    }
}
