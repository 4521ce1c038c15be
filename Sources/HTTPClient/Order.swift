import Threads

/// A request on its way to the curl thread, and where its answer goes.
final class Order: Sendable {
    let request: HTTPRequest
    let reply = Reply<HTTPResponse>()
    /// Resolved once a withdrawn transfer is gone: whether its request was sent.
    let withdrawn = Reply<Bool>()
    private let sent = Locked(false)

    init(_ request: HTTPRequest) { self.request = request }

    /// Whether the transfer had ended, with its request sent, when its task was cancelled.
    var wasDone: Bool { sent.withLock { $0 } }

    func finish(_ result: Result<HTTPResponse, HTTPClientError>) {
        let wasSent =
            switch result {
            case .success: true
            case .failure(let error): error.wasSent
            }
        sent.withLock { $0 = wasSent }
        reply.resolve(result.mapError { $0 })
    }
}
