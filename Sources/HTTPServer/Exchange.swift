internal import CMicroHTTPD
import Threads

/// One request and its answer. libmicrohttpd's slot for the request retains it until it is completed.
///
/// The request is put together on libmicrohttpd's thread; only ``answer(_:)`` and ``cancel()`` come from elsewhere.
final class Exchange: Sendable {
    enum Phase: Sendable {
        /// The request line is here.
        case named
        /// The headers are here.
        case arriving
        /// Whole; the connection is suspended. The only phase in which there is a task.
        case running(Task<Void, Never>)
        /// The connection is resumed; its next call takes the answer.
        case answered(ServerResponse)
        case sent
    }

    private struct State: Sendable {
        var phase = Phase.named
        var request = ServerRequest()
        var limit = 0
    }

    let peer: Peer
    private let target: String
    nonisolated(unsafe) private let connection: OpaquePointer
    private let state = Locked(State())

    init(_ connection: OpaquePointer, peer: Peer, target: String) {
        self.connection = connection
        self.peer = peer
        self.target = target
    }

    // MARK: On libmicrohttpd's thread

    var phase: Phase { state.withLock { $0.phase } }

    var request: ServerRequest { state.withLock { $0.request } }

    /// Reads the headers; says why the request must not go on.
    func readHead(method: String, version: String, bodyLimit: (_ method: String, _ path: String) -> Int) -> Refusal? {
        let head = connectionHead(connection, method: method, target: target, version: version)
        let path = head.path
        let limit = max(0, bodyLimit(method, path))
        if let refusal = head.fault(bodyLimit: limit) { return refusal }
        let request = ServerRequest(
            method: method, path: path, query: head.query, headers: head.headers, remoteAddress: peer.address)
        state.withLock { $0 = State(phase: .arriving, request: request, limit: limit) }
        return nil
    }

    /// Answers with the limit if the body overruns it.
    func append(_ bytes: UnsafeRawBufferPointer) -> Int? {
        state.withLock { state in
            guard bytes.count <= state.limit - state.request.body.count else { return state.limit }
            state.request.body += bytes
            return nil
        }
    }

    /// Suspends the connection, then runs the body, which must end with an ``answer(_:)``.
    func run(_ body: @escaping @Sendable () async -> Void) {
        MHD_suspend_connection(connection)
        // Under the lock: the task may answer before it is stored.
        state.withLock { $0.phase = .running(Task(operation: body)) }
    }

    /// Hands the answer to libmicrohttpd. False: the connection is to be closed.
    func queue(_ response: ServerResponse) -> Bool {
        state.withLock { $0.phase = .sent }
        guard response.connection != .drop else { return false }
        return connectionQueue(connection, response)
    }

    // MARK: On any thread

    /// The first answer wins; the connection goes on to send it.
    func answer(_ response: ServerResponse) {
        // Resumed under the lock: once nobody is running, nobody is suspended, and the daemon may stop.
        state.withLock { state in
            guard case .running(let task) = state.phase else { return }
            state.phase = .answered(response)
            MHD_resume_connection(connection)
            task.cancel()
        }
    }

    func cancel() {
        if case .running(let task) = phase { task.cancel() }
    }
}
