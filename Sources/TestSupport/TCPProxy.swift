import Glibc
import Threads

/// Stands between clients and servers of this machine, byte for byte, and can be told to spoil it. Two threads for each
/// connection, one that takes them.
package final class TCPProxy: Sendable {
    /// What becomes of bytes and of new connections.
    package enum Mode: Sendable {
        case passing
        /// Connections stand and new ones are taken; bytes stay here until the mode is another.
        case holding
        /// What the client says arrives; what the server says to it is thrown away.
        case droppingReplies
        /// New connections are closed at once.
        case refusing
    }

    package let port: UInt16
    private let listener: LoopbackSocket
    private let traffic: ProxyTraffic

    /// Says of a server's bytes whether they may reach the client: when not, they are dropped and the connection is cut.
    package typealias Judge = @Sendable (ArraySlice<UInt8>) -> Bool

    /// What one connection's bytes are shown to. Both are called on the proxy's threads, and may keep them waiting.
    package struct Watch: Sendable {
        /// How many of a client's bytes may pass before it is asked about the rest.
        package var requests: @Sendable (ArraySlice<UInt8>) -> Int = { $0.count }
        package var replies: Judge = { _ in true }

        package init() {}
    }

    /// Listens on a free port for servers on these ports: connections go to them in turn, past those that do not listen.
    /// `watch` makes each connection's watch.
    package init(
        to targets: [UInt16], watch: @escaping @Sendable () -> Watch = { Watch() }
    ) throws {
        let (listener, port) = try LoopbackSocket.bound()
        guard listen(listener.descriptor, 256) == 0 else { throw TestFailure("cannot listen: errno \(errno)") }
        let traffic = ProxyTraffic(watch: watch)
        self.listener = listener
        self.port = port
        self.traffic = traffic
        let isStarted = WorkerThread.start {
            var turn = 0
            while let client = listener.accepted() {
                traffic.take(client, to: targets.indices.map { targets[(turn + $0) % targets.count] })
                turn += 1
            }
        }
        if !isStarted { throw TestFailure("no thread") }
    }

    deinit {
        listener.shutDown(SHUT_RDWR)
        traffic.set(.refusing)
        traffic.cut()
    }

    package func set(_ mode: Mode) { traffic.set(mode) }

    /// Breaks every connection that stands.
    package func cut() { traffic.cut() }

    /// How many connections stand.
    package var connections: Int { traffic.connections }
}
