internal import CPostgres

/// What a connection does on its thread: connects when needed, runs statements, notices when the session is over.
final class Session {
    /// While the server is away, calls fail at once between attempts that grow this far apart.
    private static let backoffLimit = Duration.milliseconds(500)

    private let target: Result<ConnectionTarget, PostgresError>
    private let answerLimit: Duration
    private var connection: ServerConnection?
    private var backoff = Duration.zero
    private var lastRefusal: (error: PostgresError, until: ContinuousClock.Instant)?

    init(target: Result<ConnectionTarget, PostgresError>, answerLimit: Duration) {
        self.target = target
        self.answerLimit = answerLimit
    }

    func query(_ sql: SQL) throws(PostgresError) -> Rows {
        let rows = try run([sql], isTransaction: false)
        guard let only = rows.first else { throw PostgresError(.decode, "the statement gave no result") }
        return only
    }

    func transaction(_ statements: [SQL]) throws(PostgresError) -> [Rows] {
        try run(statements, isTransaction: true)
    }

    /// Runs a text of many statements as one implicit transaction, by the simple protocol.
    func script(_ text: String, limit: Duration) throws(PostgresError) {
        if text.utf8.contains(0) { throw PostgresError(.badParameter, "the script holds a NUL") }
        try withConnection { connection throws(PostgresError) in
            try connection.runScript(text, until: .now + limit)
        }
    }

    private func run(_ statements: [SQL], isTransaction: Bool) throws(PostgresError) -> [Rows] {
        do {
            return try attempt(statements, isTransaction: isTransaction)
        } catch  where error.isStalePlan {
            // The schema changed under a prepared statement. Nothing was done, and afresh it fits.
            try withConnection { connection throws(PostgresError) in
                connection.statements.removeAll()
                _ = try connection.run(["DEALLOCATE ALL"], until: .now + answerLimit)
            }
            return try attempt(statements, isTransaction: isTransaction)
        }
    }

    private func attempt(_ statements: [SQL], isTransaction: Bool) throws(PostgresError) -> [Rows] {
        try withConnection { connection throws(PostgresError) in
            let deadline = ContinuousClock.now + answerLimit
            let rows = try connection.run(statements, isTransaction: isTransaction, until: deadline)
            connection.forgetOldStatements(until: deadline)
            return rows
        }
    }

    private func withConnection<R>(
        _ body: (ServerConnection) throws(PostgresError) -> R
    ) throws(PostgresError) -> R {
        let connection = try liveConnection()
        defer { if connection.isBroken { self.connection = nil } }
        return try body(connection)
    }

    private func liveConnection() throws(PostgresError) -> ServerConnection {
        if let connection, connection.isAlive() { return connection }
        connection = nil
        if let lastRefusal, ContinuousClock.now < lastRefusal.until { throw lastRefusal.error }
        do {
            let fresh = try ServerConnection(target.get())
            connection = fresh
            backoff = .zero
            lastRefusal = nil
            return fresh
        } catch {
            lastRefusal = (error, .now + backoff)
            backoff = min(Self.backoffLimit, max(.milliseconds(20), backoff * 2))
            throw error
        }
    }
}

extension PostgresError {
    /// "cached plan must not change result type", and a prepared statement that the server no longer knows.
    fileprivate var isStalePlan: Bool {
        code == .sqlState("26000") || (code == .sqlState("0A000") && message.contains("cached plan"))
    }
}
