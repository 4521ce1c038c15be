import Crypto
import HTTPServer
import JSONValue
import TestSupport
import Threads

/// The service's side of the contract: verifies callbacks and keeps them.
final class CallbackInbox: Sendable {
    struct Delivery: Sendable {
        let id: String
        let body: [UInt8]
        let json: JSON
        let isTrusted: Bool
        let status: Int

        var type: String { json["type"]?.string ?? "" }
        var data: JSON { json["data"] ?? .null }
    }

    typealias Behaviour = @Sendable (_ type: String, _ number: Int) -> ServerResponse

    private let server: HTTPServer
    private let log = Shared<[Delivery]>([])
    private let signal = Signal()

    /// `behaviour` gets each callback's type and how many of the type came so far, counted from 1.
    init(_ behaviour: @escaping Behaviour = { _, _ in ServerResponse(status: 202) }) throws {
        server = try HTTPServer { [log, signal] request in
            let json = (try? JSON.parse(request.body)) ?? .null
            let type = json["type"]?.string ?? ""
            let number = log.value.count { $0.type == type } + 1
            let response = behaviour(type, number)
            let isTrusted =
                (try? WebhookSignature.verify(
                    id: request.headers["webhook-id"], timestamp: request.headers["webhook-timestamp"],
                    signatures: request.headers["webhook-signature"], body: request.body,
                    secrets: [ResearchSamples.secret], now: UnixTime.now)) != nil
            log.withLock {
                $0.append(
                    Delivery(
                        id: request.headers["webhook-id"] ?? "", body: request.body, json: json, isTrusted: isTrusted,
                        status: response.connection == .drop ? 0 : response.status))
            }
            signal.raise()
            return response
        }
    }

    var url: String { "http://127.0.0.1:\(server.port)/callbacks/4000000031-2/1?k=1" }
    var deliveries: [Delivery] { log.value }
    var progress: [Delivery] { log.value.filter { $0.type == "job.progress" } }
    var ends: [Delivery] { log.value.filter { $0.type != "job.progress" } }

    /// The first delivery that fits; waits for it.
    @discardableResult func first(
        within limit: Duration = .seconds(60), where condition: (Delivery) -> Bool
    ) async throws -> Delivery {
        let deadline = ContinuousClock.now + limit
        while true {
            if let found = log.value.first(where: condition) { return found }
            guard ContinuousClock.now < deadline else {
                throw TestFailure(
                    "no such callback; there are \(log.value.map { "\($0.type) \($0.data.text.prefix(200))" })")
            }
            await signal.wait(atMost: .milliseconds(200))
        }
    }

    /// The end that was taken.
    @discardableResult func end() async throws -> Delivery {
        try await first { $0.type != "job.progress" && $0.status == 202 }
    }

    func close() async { await server.close(grace: .milliseconds(100)) }
}
