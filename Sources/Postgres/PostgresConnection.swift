import Threads

/// One session with a server, on a thread of its own. It connects at the first call and again after it was lost;
/// calls are carried out one by one in the order they came.
///
/// Cancelling a call that was sent already lets it run to its end and drops the result: whether a cancelled
/// transaction was committed is not known.
package final class PostgresConnection: Sendable {
    private let mailbox = Mailbox()
    private let threadEnd = Latch()

    /// Connects to nothing yet. `sessionSettings` are server settings of each new session; the URL's own `options` win
    /// over them, and without an entry `lock_timeout` is 5 s, `idle_in_transaction_session_timeout` 10 s and
    /// `statement_timeout` 30 s. A call that waits longer than `answerLimit` for the server counts the connection as
    /// lost.
    package init(
        url: String, applicationName: String, sessionSettings: [(String, String)] = [],
        answerLimit: Duration = .seconds(60)
    ) {
        let target = Result { () throws(PostgresError) in
            try ConnectionTarget(url: url, applicationName: applicationName, sessionSettings: sessionSettings)
        }
        let isStarted = WorkerThread.start { [mailbox, threadEnd] in
            let session = Session(target: target, answerLimit: answerLimit)
            while let command = mailbox.next() {
                let tell = command.run(session)
                // First: whoever has the answer may ask at once which connection is free.
                mailbox.finished()
                tell()
            }
            threadEnd.happen()
        }
        if !isStarted {
            mailbox.close()
            threadEnd.happen()
        }
    }

    deinit { mailbox.close() }

    /// How many hosts a URL names, of which the first that fits is connected to.
    package static func hostCount(of url: String) throws -> Int {
        try ConnectionTarget(url: url, applicationName: "", sessionSettings: []).hostCount
    }

    /// Calls that wait or run.
    package var pendingCount: Int { mailbox.pendingCount }

    /// Runs one statement in its own transaction.
    package func query(_ sql: SQL) async throws -> Rows {
        try await submit { session throws(PostgresError) in try session.query(sql) }
    }

    /// Sends BEGIN, the statements and COMMIT in one flush. All of it is committed or none; the error names the first
    /// statement that failed.
    package func transaction(_ statements: [SQL]) async throws -> [Rows] {
        try await submit { session throws(PostgresError) in try session.transaction(statements) }
    }

    /// Runs a text of many statements, such as a migration, as one transaction.
    package func script(_ text: String, limit: Duration = .seconds(600)) async throws {
        try await submit { session throws(PostgresError) in try session.script(text, limit: limit) }
    }

    /// Refuses what has not begun, lets the running call end, closes the session. Returns when the thread is gone.
    package func close() async {
        mailbox.close()
        await threadEnd.wait()
    }

    private func submit<R: Sendable>(
        _ work: @escaping @Sendable (Session) throws(PostgresError) -> R
    ) async throws -> R {
        try Task.checkCancellation()
        let reply = Reply<R>()
        let command = Mailbox.Command(
            run: { session in
                // Cancelled before it began: never sent.
                if reply.isResolved { return {} }
                let result = Result { try work(session) }
                return { reply.resolve(result) }
            },
            refuse: { reply.resolve(.failure($0)) })
        try mailbox.post(command)
        return try await reply.value
    }
}
