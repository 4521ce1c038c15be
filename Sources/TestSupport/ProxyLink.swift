import Glibc
import Threads

/// Owns the two sockets of one connection through a ``DatabaseProxy``; closed when both of its threads are done.
final class ProxyLink: Sendable {
    let client: Int32
    let server: Int32
    private let halves = Locked(2)

    init(client: Int32, server: Int32) {
        self.client = client
        self.server = server
    }

    /// Both sides see the end; the sockets stay open until nobody uses them.
    func cut() {
        halves.withLock { halves in
            guard halves > 0 else { return }
            shutdown(client, Int32(SHUT_RDWR))
            shutdown(server, Int32(SHUT_RDWR))
        }
    }

    /// One direction is done; true when it was the last.
    func endHalf() -> Bool {
        halves.withLock { halves in
            halves -= 1
            guard halves == 0 else { return false }
            close(client)
            close(server)
            return true
        }
    }
}
