import Glibc
import Threads

/// What a listener does on its thread: connect, LISTEN, wait for whatever comes, and again.
struct ListenLoop {
    private static let backoffLimit = Duration.seconds(2)
    private static let answerLimit = Duration.seconds(10)
    /// Nothing rests on this: it only bounds one wait.
    private static let longestWait = Duration.seconds(30)

    let target: Result<ConnectionTarget, PostgresError>
    let channels: [String]
    let wake: WakePipe
    let onEvent: (PostgresListener.Event) -> Void
    let isStopping: () -> Bool

    func run() {
        var backoff = Duration.milliseconds(20)
        while !isStopping() {
            do {
                let connection = try subscribe()
                backoff = .milliseconds(20)
                try deliver(from: connection)
            } catch {
                onEvent(.lost(error))
                wait(for: -1, atMost: backoff)
                backoff = min(Self.backoffLimit, backoff * 2)
            }
        }
    }

    private func subscribe() throws(PostgresError) -> ServerConnection {
        let connection = try ServerConnection(target.get())
        let statements = channels.map { channel -> SQL in
            "LISTEN \"\(raw: channel.replacing("\"", with: "\"\""))\""
        }
        _ = try connection.run(statements, until: .now + Self.answerLimit)
        onEvent(.listening)
        return connection
    }

    /// Returns when the listener stops.
    private func deliver(from connection: ServerConnection) throws(PostgresError) {
        while !isStopping() {
            while let (channel, payload) = connection.nextNotification() {
                onEvent(.notification(channel: channel, payload: payload))
            }
            if connection.isBroken { throw PostgresError(.unavailable, "the connection was lost") }
            if wait(for: connection.socket, atMost: Self.longestWait) { connection.readInput() }
        }
    }

    /// Waits until there is something to read, the listener stops or the time is over; true in the first case.
    @discardableResult private func wait(for socket: Int32, atMost limit: Duration) -> Bool {
        var entries = [
            pollfd(fd: socket, events: Int16(POLLIN), revents: 0),
            pollfd(fd: wake.reader, events: Int16(POLLIN), revents: 0),
        ]
        _ = poll(&entries, nfds_t(entries.count), Int32(clamping: limit / .milliseconds(1)))
        wake.clear()
        return entries[0].revents != 0
    }
}
