import Glibc
import Threads

/// When each connection must have got on, and what happens to it otherwise.
///
/// libmicrohttpd has an inactivity timer only: a sender of one header line a second lives for ever, and a suspended
/// connection has no timer at all.
final class Deadlines: Sendable {
    enum Consequence: Sendable {
        case cut
        case tellTooSlow(Exchange)
    }

    private struct Entry: Sendable {
        var peer: Peer
        var due: ContinuousClock.Instant
        var consequence: Consequence
    }

    private let entries = Locked<[ObjectIdentifier: Entry]>([:])

    /// Replaces what was set for this connection before.
    func set(_ peer: Peer, in time: Duration, _ consequence: Consequence = .cut) {
        let due = ContinuousClock.now + time
        entries.withLock { $0[ObjectIdentifier(peer)] = Entry(peer: peer, due: due, consequence: consequence) }
    }

    /// To be called before the descriptor is closed: after this it is not touched any more.
    func forget(_ peer: Peer) {
        entries.withLock { _ = $0.removeValue(forKey: ObjectIdentifier(peer)) }
    }

    var count: Int { entries.withLock { $0.count } }

    /// Cuts the connections that are overdue, and returns the exchanges whose handlers are.
    func enforce(at now: ContinuousClock.Instant) -> [Exchange] {
        entries.withLock { entries in
            var slow: [Exchange] = []
            for (key, entry) in entries where entry.due <= now {
                entries[key] = nil
                switch entry.consequence {
                // Under the lock, so that `forget` cannot let the descriptor be closed and taken by another socket.
                // The owner of the socket, libmicrohttpd, sees an end of file and closes it.
                case .cut: shutdown(entry.peer.descriptor, Int32(SHUT_RDWR))
                case .tellTooSlow(let exchange): slow.append(exchange)
                }
            }
            return slow
        }
    }
}
