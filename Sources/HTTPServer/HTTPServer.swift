import Threads

/// An HTTP/1.1 server whose handler is an async function.
///
/// libmicrohttpd calls back on its own thread. The callback only collects bytes; once the request is whole it
/// suspends the connection, a task runs the handler, and the answer is queued when the connection is resumed.
///
/// The server serves until ``close(grace:)``, whether or not anybody holds on to it.
package final class HTTPServer: Sendable {
    package typealias Handler = @Sendable (ServerRequest) async -> ServerResponse
    package typealias Refuse = @Sendable (Refusal) -> ServerResponse

    struct Running: Sendable {
        var exchanges = 0
        var handling: [ObjectIdentifier: Exchange] = [:]
        var closing: Task<Void, Never>?
        var isClosing = false
        var drained: Reply<Void>?
    }

    /// The port it listens on.
    package let port: UInt16

    let options: ServerOptions
    let refuse: Refuse
    let handler: Handler
    let daemon = Daemon()
    let doorkeeper: Doorkeeper
    let deadlines = Deadlines()
    let running = Locked(Running())
    let stopped = Reply<Void>()

    /// Listens and serves at once. `refuse` renders what the server itself turns away.
    package init(
        options: ServerOptions = ServerOptions(), refuse: @escaping Refuse = { $0.plainResponse },
        handler: @escaping Handler
    ) throws(HTTPServerError) {
        self.options = options
        self.refuse = refuse
        self.handler = handler
        let listener = try ListeningSocket(address: options.address, port: options.port)
        port = listener.port
        let shortest = min(options.requestDeadline, options.handlerDeadline)
        doorkeeper = try Doorkeeper(listener, tick: max(.milliseconds(10), min(.milliseconds(250), shortest / 4)))
        try daemon.start(self, options)
        do {
            try doorkeeper.start(
                Doorkeeper.Duties(
                    admit: { [daemon] in daemon.add($0, $1) }, patrol: { [self] in patrol() },
                    leave: { [self] in leave() }))
        } catch {
            daemon.stop(self)
            throw error
        }
    }

    /// Connections open and requests not yet done with: both return to 0 when clients have left.
    package var load: (connections: Int, requests: Int) {
        (deadlines.count, running.withLock { $0.exchanges })
    }
}
