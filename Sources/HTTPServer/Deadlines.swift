import Glibc
import Threads

/// When each connection must have got on, and what happens to it otherwise.
///
/// libmicrohttpd has an inactivity timer only: a sender of one header line a second lives for ever, and a suspended
/// connection has no timer at all. Nor does it see the end of file that comes together with the last bytes: it reads
/// once for each edge that epoll reports, and there is no further one.
final class Deadlines: Sendable {
    enum Consequence: Sendable {
        case cut
        case tellTooSlow(Exchange)
    }

    private struct Entry: Sendable {
        var peer: Peer
        var due: ContinuousClock.Instant
        var consequence: Consequence
        /// Whether the rest of a request, or the next one, is waited for.
        var isReceiving: Bool
        /// How many looks in a row have shown that nothing more can come.
        var endsSeen = 0
    }

    /// More than one look, because libmicrohttpd may be about to go on with what it has read already.
    private static let looks = 4

    private let entries = Locked<[ObjectIdentifier: Entry]>([:])

    /// Replaces what was set for this connection before.
    func set(_ peer: Peer, in time: Duration, _ consequence: Consequence = .cut, isReceiving: Bool = false) {
        let entry = Entry(peer: peer, due: .now + time, consequence: consequence, isReceiving: isReceiving)
        entries.withLock { $0[ObjectIdentifier(peer)] = entry }
    }

    /// To be called before the descriptor is closed: after this it is not touched any more.
    func forget(_ peer: Peer) {
        entries.withLock { _ = $0.removeValue(forKey: ObjectIdentifier(peer)) }
    }

    var count: Int { entries.withLock { $0.count } }

    /// Cuts the connections that are overdue, and returns the exchanges whose handlers are.
    func enforce(at now: ContinuousClock.Instant) -> [Exchange] {
        entries.withLock { entries in
            Self.noteEnds(&entries)
            var slow: [Exchange] = []
            for (key, entry) in entries where entry.due <= now || entry.endsSeen >= Self.looks {
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

    /// Looks which clients have ended their side with nothing left to read.
    private static func noteEnds(_ entries: inout [ObjectIdentifier: Entry]) {
        let receiving = entries.filter(\.value.isReceiving)
        var polled = receiving.map { pollfd(fd: $0.value.peer.descriptor, events: hangUp, revents: 0) }
        poll(&polled, nfds_t(polled.count), 0)
        for (key, seen) in zip(receiving.keys, polled) {
            let isOver = seen.revents & hangUp != 0 && unread(seen.fd) == 0
            let before = entries[key]?.endsSeen ?? 0
            entries[key]?.endsSeen = isOver ? before + 1 : 0
        }
    }

    /// Linux's POLLRDHUP, which the C library declares for `_GNU_SOURCE` alone.
    private static let hangUp: Int16 = 0x2000

    private static func unread(_ descriptor: Int32) -> Int32 {
        var count: Int32 = 0
        return ioctl(descriptor, UInt(FIONREAD), &count) == 0 ? count : 0
    }
}
