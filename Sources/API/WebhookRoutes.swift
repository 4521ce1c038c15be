import Crypto
import HTTPServer
import JSONValue
import Store

/// Webhooks of a whole endpoint, `POST /webhooks/{endpoint}`: signed by Standard Webhooks, kept with their raw body, taken
/// once by (endpoint, webhook-id). They hint at what to ask for; nothing that they say is believed.
package struct WebhookRoutes: Sendable {
    let services: Services
    /// As for ``CallbackRoutes``.
    let unixTime: @Sendable () -> (database: Int64, machine: Int64)

    /// These webhooks are thin.
    static let bodyLimit = 64 << 10

    package init(services: Services, unixTime: @escaping @Sendable () -> (database: Int64, machine: Int64)) {
        self.services = services
        self.unixTime = unixTime
    }

    package var routes: [Route] {
        [
            Route("POST", "/webhooks/{endpoint}", scope: .none, bodyLimit: Self.bodyLimit) { try await receive($0) }
        ]
    }

    private func receive(_ call: Call) async throws -> ServerResponse {
        let endpoint = call.parameters["endpoint"] ?? ""
        let headers = call.request.headers
        let secrets = services.hints.secrets(endpoint)
        // Where nothing is configured, nothing is accepted, whoever asks.
        guard !secrets.isEmpty else { throw Problem(404, .unknownEndpoint, "no endpoint takes webhooks here") }
        let now = unixTime()
        do {
            try WebhookSignature.verify(
                id: headers["webhook-id"], timestamp: headers["webhook-timestamp"],
                signatures: headers["webhook-signature"], body: call.request.body, secrets: secrets,
                now: now.database, now.machine)
        } catch {
            services.logger.notice(
                "a webhook was refused", metadata: ["endpoint": "\(endpoint)", "reason": "\(error.rawValue)"])
            throw Problem(401, .unauthorized, "the webhook's signature or timestamp is not valid")
        }
        let id = headers["webhook-id"] ?? ""
        guard id.utf8.count <= 200 else { throw Problem(400, .badRequest, "'webhook-id' is longer than 200 bytes") }
        let body = try call.json()
        let hash = Digest.hex(Digest.sha256(call.request.body))
        let receipt = Receipt(
            scope: "webhook \(endpoint)", id: id, bodyHash: hash,
            answer: ["body": .string(String(decoding: call.request.body, as: UTF8.self))])
        if let earlier = try await services.store.remember(receipt) {
            guard earlier.bodyHash == hash else {
                throw Problem(
                    409, .deliveryConflict, "this webhook-id came before with another body; the first one counts")
            }
            return ServerResponse(status: 200)
        }
        // The receipt is written: what is hinted at is found by asking even when this process ends here.
        Task { [services] in
            do {
                try await services.hints.webhook(body, endpoint)
            } catch {
                services.logger.warning(
                    "a webhook's hint was not followed; the endpoint is asked in its time",
                    metadata: ["endpoint": "\(endpoint)", "error": "\(error)"])
            }
        }
        return ServerResponse(status: 202)
    }
}
