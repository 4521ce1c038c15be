internal import CPostgres
import Glibc

/// Owns a `PGconn`, always in pipeline mode and never blocking inside libpq, so that every wait has an end.
///
/// Lives on the thread of one ``PostgresConnection`` or ``PostgresListener``.
final class ServerConnection {
    let raw: OpaquePointer
    var statements = StatementCache()
    /// The session is over or its state unknown: the owner lets go of it.
    private(set) var isBroken = false

    /// Connects, and blocks while doing so.
    init(_ target: ConnectionTarget) throws(PostgresError) {
        guard let raw = target.open() else { throw PostgresError(.unavailable, "out of memory") }
        self.raw = raw
        guard PQstatus(raw) == CONNECTION_OK else { throw PostgresError(.unavailable, message) }
        // Called by libpq on this thread while it reads. Notices are for people at a terminal.
        PQsetNoticeReceiver(raw, { _, _ in }, nil)
        guard PQsetnonblocking(raw, 1) == 0, PQenterPipelineMode(raw) == 1 else { throw broken() }
    }

    deinit { PQfinish(raw) }

    var socket: Int32 { PQsocket(raw) }
    var isIdle: Bool { PQtransactionStatus(raw) == PQTRANS_IDLE }

    /// Whether the connection still stands, as far as can be known without asking the server.
    ///
    /// An end of file is seen only when libpq reads past the server's last words, hence the loop.
    func isAlive() -> Bool {
        for _ in 0..<8 where !isBroken {
            guard poll(for: POLLIN, milliseconds: 0) else { return PQstatus(raw) == CONNECTION_OK }
            readInput()
        }
        return !isBroken
    }

    /// Takes what the server has sent; marks the connection broken when it has ended.
    func readInput() {
        if PQconsumeInput(raw) == 0 || PQstatus(raw) != CONNECTION_OK { isBroken = true }
    }

    /// The next result of the command under way; nil at its end.
    func nextResult(until deadline: ContinuousClock.Instant) throws(PostgresError) -> QueryResult? {
        while true {
            let unsent = PQflush(raw)
            if unsent < 0 { throw broken() }
            if unsent == 0, PQisBusy(raw) == 0 { break }
            let left = ContinuousClock.now.duration(to: deadline)
            guard left > .zero else { throw broken("the server did not answer in time") }
            let events = POLLIN | (unsent == 1 ? POLLOUT : 0)
            _ = poll(for: events, milliseconds: Int32(clamping: left / .milliseconds(1) + 1))
            readInput()
            // What came before the end can still be read: it may tell how the command ended.
            if isBroken, PQisBusy(raw) == 1 { throw broken() }
        }
        return PQgetResult(raw).map { QueryResult($0) }
    }

    /// The next notification of a channel that this session listens to.
    func nextNotification() -> (channel: String, payload: String)? {
        guard let notification = PQnotifies(raw) else { return nil }
        defer { PQfreemem(notification) }
        return (String(cString: notification.pointee.relname), String(cString: notification.pointee.extra))
    }

    /// Notes that the session is over. The error says in doubt; who knows better says so.
    func broken(_ reason: String? = nil) -> PostgresError {
        isBroken = true
        return PostgresError(.inDoubt, reason ?? message)
    }

    private var message: String {
        let text = String(cString: PQerrorMessage(raw)).split(separator: "\n").joined(separator: " ")
        return text.isEmpty ? "the connection was lost" : text
    }

    /// Waits until the socket is ready, the time is over or a signal came; the caller looks again in each case.
    private func poll(for events: Int32, milliseconds: Int32) -> Bool {
        var entry = pollfd(fd: socket, events: Int16(events), revents: 0)
        return Glibc.poll(&entry, 1, milliseconds) > 0
    }
}

extension Int32 {
    init(clamping value: Double) { self = value >= Double(Int32.max) ? .max : value > 0 ? Int32(value) : 0 }
}
