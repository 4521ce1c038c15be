import Glibc
import Threads

/// Accepts connections, sees to the deadlines and lingers where a body was left unread, on a thread of its own.
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
        var lingering: [Int32] = []
        var isRunning = true
    }

    private let orders: Locked<Orders>
    private let pipe: WakePipe
    private let tick: Int32

    /// It goes on patrol once a tick.
    init(_ listener: ListeningSocket, tick: Duration) throws(HTTPServerError) {
        orders = Locked(Orders(listener: listener))
        pipe = WakePipe()
        guard pipe.reader >= 0 else { throw .current("pipe") }
        self.tick = Int32(clamping: Int64(tick / .milliseconds(1)))
    }

    func start(_ duties: Duties) throws(HTTPServerError) {
        let isStarted = WorkerThread.start { [self] in
            run(duties)
            duties.leave()
        }
        guard isStarted else { throw HTTPServerError(code: .other, errno: EAGAIN, operation: "pthread_create") }
    }

    /// From now on connections are refused by the kernel.
    func stopAccepting() {
        orders.withLock { $0.listener = nil }
        pipe.wake()
    }

    func stop() {
        orders.withLock { orders in
            orders.listener = nil
            orders.isRunning = false
        }
        pipe.wake()
    }

    /// Keeps this socket open, beside its owner, until its sender has fallen silent.
    func linger(_ descriptor: Int32) {
        let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
        if copy < 0 { return }
        let isTaken = orders.withLock { orders in
            if orders.isRunning { orders.lingering.append(copy) }
            return orders.isRunning
        }
        if isTaken { pipe.wake() } else { close(copy) }
    }

    // MARK: On the thread

    private func run(_ duties: Duties) {
        var lingerers = Lingerers()
        defer { lingerers.closeAll() }
        var isExhausted = false
        var lastPatrol = ContinuousClock.now
        while true {
            let orders = takeOrders()
            for descriptor in orders.lingering { lingerers.add(descriptor) }
            guard orders.isRunning else { return }
            // When descriptors have run out, asking again before the next tick would spin.
            let listener = isExhausted ? nil : orders.listener
            let isCalling = wait(listener, lingerers)
            isExhausted = isCalling && listener.map { accept($0, duties) } ?? false
            let now = ContinuousClock.now
            lingerers.step(at: now)
            if lastPatrol.duration(to: now) >= .milliseconds(Int(tick)) {
                lastPatrol = now
                duties.patrol()
            }
        }
    }

    private func takeOrders() -> Orders {
        orders.withLock { orders in
            defer { orders.lingering = [] }
            return orders
        }
    }

    /// Whether somebody wants to connect.
    private func wait(_ listener: ListeningSocket?, _ lingerers: borrowing Lingerers) -> Bool {
        // poll ignores the descriptor -1.
        var polled =
            [
                pollfd(fd: pipe.reader, events: Int16(POLLIN), revents: 0),
                pollfd(fd: listener?.descriptor ?? -1, events: Int16(POLLIN), revents: 0),
            ] + lingerers.polled
        poll(&polled, nfds_t(polled.count), tick)
        if polled[0].revents != 0 { pipe.clear() }
        return polled[1].revents != 0
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
