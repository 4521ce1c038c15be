import Crypto
import HTTPServer
import JSONValue
import Threads

/// An outside system that takes webhooks as a test says.
final class WebhookReceiver: Sendable {
    /// A request as it arrived.
    struct Message: Sendable {
        var request: ServerRequest
        var json: JSON

        var id: String { request.headers["webhook-id"] ?? "" }
        var type: String { json["type"]?.string ?? "" }
        var post: String { json["data"]?["post"]?.string ?? "" }
        var signatures: [Substring] { (request.headers["webhook-signature"] ?? "").split(separator: " ") }

        func isSigned(by secret: String, at now: Int64) -> Bool {
            do throws(WebhookSignature.Refusal) {
                try WebhookSignature.verify(
                    id: id, timestamp: request.headers["webhook-timestamp"],
                    signatures: request.headers["webhook-signature"], body: request.body,
                    secrets: [WebhookSecret(secret) ?? WebhookSecret(bytes: [0])], now: now)
                return true
            } catch {
                return false
            }
        }
    }

    typealias Behaviour = @Sendable (Message) async -> ServerResponse

    let messages = Happenings<Message>()
    /// What it answers from now on.
    let behaviour: Shared<Behaviour>
    let server: HTTPServer
    var place: String { "127.0.0.1:\(server.port)" }
    var url: String { "http://\(place)/hook" }

    init(_ behaviour: @escaping Behaviour = { _ in ServerResponse(status: 204) }) throws {
        let current = Shared<Behaviour>(behaviour)
        self.behaviour = current
        server = try HTTPServer { [messages] request in
            let message = Message(request: request, json: (try? JSON.parse(request.body)) ?? .null)
            messages.add(message)
            return await current.value(message)
        }
    }

    func answer(_ status: Int, _ headers: [(String, String)] = []) {
        behaviour.set { _ in ServerResponse(status: status, headers: headers) }
    }

    var ids: [String] { messages.all.map(\.id) }

    func close() async { await server.close(grace: .milliseconds(200)) }
}
