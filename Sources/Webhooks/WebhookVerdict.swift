import HTTPClient
import JSONValue
import Store

/// What an answer means for a delivery and for its subscription.
struct WebhookVerdict {
    let delivery: WebhookDelivery
    let row: SubscriptionRow
    let now: Timestamp
    let options: WebhookOptions

    func attempt(_ answer: WebhookCourier.Answer) -> WebhookAttempt {
        switch answer {
        case .noKey:
            let reason = "the master key of its secret is gone: rotate the secret, then enable it"
            return attempt(nil, reason, .again(afterMicroseconds: 0), disable: reason)
        case .error(let error): return failed(nil, Self.words(error), retryAfter: nil)
        case .response(let response): return judge(response)
        }
    }

    private func judge(_ response: HTTPResponse) -> WebhookAttempt {
        let status = response.status
        switch status {
        case 200..<300: return attempt(status, "", .delivered)
        case 410:
            let reason = "the receiver answered 410: it wants no more"
            return attempt(status, reason, .failed, disable: reason)
        case 429, 502, 503, 504:
            let asked = RetryAfterHeader.duration(response.headers["Retry-After"], now: now)
            return failed(status, "HTTP \(status)", retryAfter: asked.map { min($0, options.longestPause) })
        case 300..<400: return failed(status, "HTTP \(status): redirects are not followed", retryAfter: nil)
        default: return failed(status, "HTTP \(status)", retryAfter: nil)
        }
    }

    /// Comes again by the schedule, not before the receiver wants it; after the last time it has failed for good.
    private func failed(_ status: Int?, _ detail: String, retryAfter: Duration?) -> WebhookAttempt {
        let wait = options.schedule.wait(after: delivery.attempts + 1, random: options.random())
        let disable = reasonToDisable(isLast: wait == nil).map { "\($0); the last answer was: \(detail)" }
        guard let wait else { return attempt(status, detail, .failed, pause: retryAfter, disable: disable) }
        let again = max(wait, retryAfter ?? .zero).microseconds
        return attempt(status, detail, .again(afterMicroseconds: again), pause: retryAfter, disable: disable)
    }

    /// One delivery that cannot be taken stops nobody: only a receiver that took nothing else meanwhile gets no more.
    private func reasonToDisable(isLast: Bool) -> String? {
        guard let since = row.failingSince else { return nil }
        if now - since >= options.failingLimit { return "every attempt since \(since) has failed" }
        guard isLast, since <= delivery.firstTriedAt ?? now else { return nil }
        return "a delivery failed for the last time, and so did every attempt since \(since)"
    }

    private func attempt(
        _ status: Int?, _ detail: String, _ fate: WebhookAttempt.Fate, pause: Duration? = nil, disable: String? = nil
    ) -> WebhookAttempt {
        WebhookAttempt(
            post: delivery.news.post, revision: delivery.news.revision, status: status, detail: detail, fate: fate,
            pauseMicroseconds: pause?.microseconds, disable: disable)
    }

    /// For people, without the URL: parts of it may be secret.
    static func words(_ error: HTTPClientError) -> String {
        switch error.code {
        case .forbiddenAddress: "the host has no public address, and webhooks.allowed_hosts does not name it"
        case .couldNotResolve: "the host's name is not known"
        case .couldNotConnect: "no connection"
        case .timedOut: "no answer in time"
        case .connectionBroken: "the connection broke"
        case .tls: "no TLS connection: \(error.message)"
        default: error.message
        }
    }
}
