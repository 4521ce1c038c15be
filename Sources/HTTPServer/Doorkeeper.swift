import Glibc
import Threads

/// Accepts connections and sees to the deadlines, on a thread of its own.
///
/// It accepts, rather than libmicrohttpd, because `MHD_quiesce_daemon` races with the daemon's thread over the
/// epoll set and may abort the process, and because a closed listening socket refuses at once.
final class Doorkeeper: Sendable {
    struct Duties: Sendable {
        /// Takes over the descriptor.
        var admit: @Sendable (Int32, SocketAddress) -> Void
        var patrol: @Sendable () -> Void
        /// The last thing that happens on the thread.
        var leave: @Sendable () -> Void
    }

    private struct Orders: Sendable {
        var listener: ListeningSocket?
        var isRunning = true
    }

    private let orders: Locked<Orders>
    private let pipe: WakePipe
    private let tick: Int32

    /// It goes on patrol once a tick.
    init(_ listener: ListeningSocket, tick: Duration) throws(HTTPServerError) {
        orders = Locked(Orders(listener: listener))
        pipe = try WakePipe()
        self.tick = Int32(clamping: Int64(tick / .milliseconds(1)))
    }

    func start(_ duties: Duties) throws(HTTPServerError) {
        try startThread { [self] in
            run(duties)
            duties.leave()
        }
    }

    /// From now on connections are refused by the kernel.
    func stopAccepting() {
        orders.withLock { $0.listener = nil }
        pipe.wake()
    }

    func stop() {
        orders.withLock { $0 = Orders(isRunning: false) }
        pipe.wake()
    }

    private func run(_ duties: Duties) {
        var isExhausted = false
        var lastPatrol = ContinuousClock.now
        while true {
            let orders = orders.withLock { $0 }
            guard orders.isRunning else { return }
            // An ignored descriptor is -1. When exhausted, the next tick asks again.
            let listener = isExhausted ? -1 : orders.listener?.descriptor ?? -1
            var polled = [
                pollfd(fd: pipe.reader, events: Int16(POLLIN), revents: 0),
                pollfd(fd: listener, events: Int16(POLLIN), revents: 0),
            ]
            poll(&polled, nfds_t(polled.count), tick)
            if polled[0].revents != 0 { pipe.clear() }
            isExhausted = false
            if polled[1].revents != 0, let listener = orders.listener { isExhausted = accept(listener, duties) }
            let now = ContinuousClock.now
            if lastPatrol.duration(to: now) >= .milliseconds(Int(tick)) {
                lastPatrol = now
                duties.patrol()
            }
        }
    }

    /// Whether descriptors ran out.
    private func accept(_ listener: ListeningSocket, _ duties: Duties) -> Bool {
        // The bound keeps the deadlines alive under a flood of connections.
        for _ in 0..<64 {
            switch listener.accept() {
            case .connection(let descriptor, let address): duties.admit(descriptor, address)
            case .nobody: return false
            case .exhausted: return true
            }
        }
        return false
    }
}
