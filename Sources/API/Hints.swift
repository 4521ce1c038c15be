import Crypto
import JSONValue
import Pipeline
import Store

/// What endpoints push without telling the result, and who reads it.
package struct Hints: Sendable {
    /// The two texts by which an attempt's notifications are known where the peer knows no signatures.
    let tokens: @Sendable (WebhookSecret) -> (token: String, bearer: String)
    /// Takes a notification about an attempt; false when it is of no known shape.
    let push: @Sendable (_ body: JSON, JobKey, _ attempt: Int) async throws -> Bool
    /// The secrets of a whole endpoint's webhooks; empty where it has none.
    let secrets: @Sendable (_ endpoint: String) -> [WebhookSecret]
    /// Takes a verified webhook of a whole endpoint.
    let webhook: @Sendable (_ body: JSON, _ endpoint: String) async throws -> Void
    /// Takes a callback about a trial; false when nobody waits for it.
    let trial: @Sendable (JobKey, _ message: JSON) -> Bool

    package init(
        tokens: @escaping @Sendable (WebhookSecret) -> (token: String, bearer: String),
        push: @escaping @Sendable (_ body: JSON, JobKey, _ attempt: Int) async throws -> Bool,
        secrets: @escaping @Sendable (_ endpoint: String) -> [WebhookSecret],
        webhook: @escaping @Sendable (_ body: JSON, _ endpoint: String) async throws -> Void,
        trial: @escaping @Sendable (JobKey, _ message: JSON) -> Bool
    ) {
        self.tokens = tokens
        self.push = push
        self.secrets = secrets
        self.webhook = webhook
        self.trial = trial
    }
}

/// Trying an endpoint, outside of the pipeline.
package struct EndpointTrials: Sendable {
    let check: @Sendable (EndpointRow) async -> TrialStep
    let test: @Sendable (EndpointRow, _ limit: Duration) async -> [TrialStep]

    package init(
        check: @escaping @Sendable (EndpointRow) async -> TrialStep,
        test: @escaping @Sendable (EndpointRow, _ limit: Duration) async -> [TrialStep]
    ) {
        self.check = check
        self.test = test
    }
}

extension TrialStep {
    var json: JSON {
        ["step": .string(name), "ok": .bool(isGood), "detail": .string(detail), "ms": .int(milliseconds)]
    }
}
