import HTTPServer
import JSONValue
import Threads

/// Owns the socket of a fake: turns requests into the pure parts' form, and their answers into what goes out.
final class FakeShell: Sendable {
    private let address: String
    private let wantedPort: UInt16
    private let clock: FakeClock
    private let server = Locked<HTTPServer?>(nil)

    init(address: String, port: UInt16, clock: FakeClock) {
        self.address = address
        wantedPort = port
        self.clock = clock
    }

    var port: UInt16 { server.withLock { $0?.port } ?? wantedPort }

    func start(_ answer: @escaping @Sendable (FakeRequest) async -> FakeAnswer) throws {
        let options = ServerOptions(
            address: address, port: wantedPort, connectionMemory: 64 * 1024, handlerDeadline: .seconds(3600),
            bodyLimit: { _, _ in 8 << 20 })
        let clock = clock
        let started = try HTTPServer(options: options) { request in
            let answer = await answer(FakeRequest(request))
            if answer.delay > .zero { try? await clock.sleep(answer.delay) }
            return ServerResponse(answer)
        }
        server.withLock { $0 = started }
    }

    func close() async {
        let started = server.withLock { server in
            defer { server = nil }
            return server
        }
        await started?.close(grace: .seconds(2))
    }

    /// Returns when the current task is cancelled.
    static func waitForCancellation() async {
        _ = try? await Reply<Void>().value
    }
}

extension FakeRequest {
    init(_ request: ServerRequest) {
        var headers: [String: String] = [:]
        for name in ["authorization", "user-agent", "content-type", "idempotency-key"] + Self.webhookHeaders {
            headers[name] = request.headers[name]
        }
        self.init(
            request.method, FormText.decoded(request.path, plusIsSpace: false), query: request.query, headers: headers,
            body: request.body)
    }

    private static let webhookHeaders = ["webhook-id", "webhook-timestamp", "webhook-signature"]
}

extension ServerResponse {
    init(_ answer: FakeAnswer) {
        self.init(
            status: answer.isDropped ? 500 : answer.status, headers: answer.headers, body: answer.body,
            connection: answer.isDropped ? .drop : .keep)
    }
}
