import Glibc

/// Connections on which a request was turned away before its body was read.
///
/// Closing a socket with unread bytes makes the kernel send a reset, which may overtake the answer: the sender would
/// see a broken connection instead of the reason. So a second descriptor keeps the socket open, and what still
/// comes is read and thrown away, until the sender has stopped or was given enough of our time.
struct Lingerers: Sendable {
    private struct Lingerer: Sendable {
        var descriptor: Int32
        var due: ContinuousClock.Instant
        var budget: Int
    }

    private var all: [Lingerer] = []

    static let patience = Duration.seconds(2)
    private static var most: Int { 128 }
    private static var budget: Int { 8 * 1024 * 1024 }

    /// Takes over the descriptor. Above the limit the reset is accepted.
    mutating func add(_ descriptor: Int32) {
        guard all.count < Self.most else {
            close(descriptor)
            return
        }
        all.append(Lingerer(descriptor: descriptor, due: .now + Self.patience, budget: Self.budget))
    }

    var polled: [pollfd] { all.map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) } }

    /// Reads what there is and lets go of those who are done.
    mutating func step(at now: ContinuousClock.Instant) {
        all = all.compactMap { lingerer in
            var lingerer = lingerer
            if lingerer.due > now && Self.discard(&lingerer) { return lingerer }
            close(lingerer.descriptor)
            return nil
        }
    }

    mutating func closeAll() {
        for lingerer in all { close(lingerer.descriptor) }
        all = []
    }

    /// False: the sender is done, or has sent enough.
    private static func discard(_ lingerer: inout Lingerer) -> Bool {
        var bytes = [UInt8](repeating: 0, count: 64 * 1024)
        for _ in 0..<16 {
            let count = recv(lingerer.descriptor, &bytes, bytes.count, Int32(MSG_DONTWAIT))
            guard count > 0 else { return count < 0 && (errno == EAGAIN || errno == EINTR) }
            lingerer.budget -= count
            if lingerer.budget <= 0 { return false }
        }
        return true
    }
}
