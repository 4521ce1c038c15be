import Crypto
import HTTPServer
import JSONValue
import Store

/// Webhooks of a whole endpoint, `POST /webhooks/{endpoint}`: signed by Standard Webhooks, kept with their raw body, taken
/// once by (endpoint, webhook-id). They hint at what to ask for; nothing that they say is believed.
package struct WebhookRoutes: Sendable {
    let services: Services
    let signature: InboundSignature

    /// These webhooks are thin.
    static let bodyLimit = 64 << 10

    package init(services: Services, signature: InboundSignature) {
        self.services = services
        self.signature = signature
    }

    package var routes: [Route] {
        [
            Route("POST", "/webhooks/{endpoint}", scope: .none, bodyLimit: Self.bodyLimit) { try await receive($0) }
        ]
    }

    private func receive(_ call: Call) async throws -> ServerResponse {
        let endpoint = call.parameters["endpoint"] ?? ""
        let secrets = services.hints.secrets(endpoint)
        // Where nothing is configured, nothing is accepted, whoever asks.
        guard !secrets.isEmpty else { throw Problem(404, .unknownEndpoint, "no endpoint takes webhooks here") }
        let id = try signature.verify(call, secrets, "webhook", about: ["endpoint": "\(endpoint)"])
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
