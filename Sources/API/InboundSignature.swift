import Crypto
import Logging

/// Verifies webhooks that come in, by Standard Webhooks.
package struct InboundSignature: Sendable {
    /// Unix seconds by the database's clock and by this machine's: a timestamp is recent when either says so, since one of
    /// them may be off, and nobody can tell which.
    let unixTime: @Sendable () -> (database: Int64, machine: Int64)
    let logger: Logger

    package init(unixTime: @escaping @Sendable () -> (database: Int64, machine: Int64), logger: Logger) {
        self.unixTime = unixTime
        self.logger = logger
    }

    /// The delivery's `webhook-id`; throws the same 401 whatever is wrong. `what` is the delivery in words, and `about` for
    /// the log.
    func verify(
        _ call: Call, _ secrets: [WebhookSecret], _ what: String, about: Logger.Metadata
    ) throws(Problem) -> String {
        let headers = call.request.headers
        let now = unixTime()
        do {
            try WebhookSignature.verify(
                id: headers["webhook-id"], timestamp: headers["webhook-timestamp"],
                signatures: headers["webhook-signature"], body: call.request.body, secrets: secrets,
                now: now.database, now.machine)
        } catch {
            logger.notice(
                "a \(what) was refused", metadata: about.merging(["reason": "\(error.rawValue)"]) { $1 })
            throw Problem(401, .unauthorized, "the \(what)'s signature or timestamp is not valid")
        }
        let id = headers["webhook-id"] ?? ""
        guard id.utf8.count <= 200 else { throw Problem(400, .badRequest, "'webhook-id' is longer than 200 bytes") }
        return id
    }
}
