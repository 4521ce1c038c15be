import Crypto
import Engine
import JSONValue
import Store

/// Puts together what a protocol needs to know of an attempt: its callback URL, its secret and the endpoint's credentials.
package struct StartMaker: Sendable {
    private let keys: CallbackKeys
    /// Base of callback URLs, such as `http://127.0.0.1:8787`.
    private let callbackBase: @Sendable () -> String
    private let credentials: @Sendable (_ endpoint: String) -> EndpointCredentials
    private let now: @Sendable () -> Timestamp

    package init(
        keys: CallbackKeys, callbackBase: @escaping @Sendable () -> String,
        credentials: @escaping @Sendable (_ endpoint: String) -> EndpointCredentials,
        now: @escaping @Sendable () -> Timestamp
    ) {
        self.keys = keys
        self.callbackBase = callbackBase
        self.credentials = credentials
        self.now = now
    }

    /// What the work itself says.
    struct Content {
        var stage: String
        /// RFC 3339.
        var deadline: String
        var input: JSON
        var outputSchema: JSON
        var schemaName: String
        var messages: [(role: String, content: String)]
    }

    func context(
        _ job: JobKey, attempt: Int, at endpoint: EndpointRow, _ content: Content
    ) throws(JobFailure) -> StartContext {
        let keyID = keys.currentID
        guard let secret = keys.secret(job: job.description, attempt: attempt, keyID: keyID) else {
            throw JobFailure(code: "no_key", message: "there is no key for callbacks", isRetryable: false)
        }
        return StartContext(
            job: job.description, attempt: attempt, stage: content.stage, model: endpoint.model, url: endpoint.url,
            deadline: content.deadline, input: content.input, outputSchema: content.outputSchema,
            schemaName: content.schemaName, messages: content.messages,
            callbackURL: "\(callbackBase())/callbacks/\(job)/\(attempt)?k=\(keyID)", callbackSecret: secret,
            credentials: credentials(endpoint.name), unixTime: now().unixSeconds)
    }
}
