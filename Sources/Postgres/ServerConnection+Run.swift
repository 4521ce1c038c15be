internal import CPostgres

extension ServerConnection {
    /// Runs statements in one flush. Whatever happens, no transaction stays open.
    func run(
        _ statements: [SQL], isTransaction: Bool = false, until deadline: ContinuousClock.Instant
    ) throws(PostgresError) -> [Rows] {
        let rows: [Rows]
        do {
            rows = try Pipeline.run(statements, isTransaction: isTransaction, on: self, until: deadline)
        } catch {
            rollBackIfOpen(until: deadline)
            throw error
        }
        guard rollBackIfOpen(until: deadline) else { return rows }
        throw PostgresError(.badParameter, "the statement left a transaction open; it was rolled back")
    }

    /// Runs a text of many statements outside pipeline mode, which takes one statement a message.
    func runScript(_ text: String, until deadline: ContinuousClock.Instant) throws(PostgresError) {
        guard PQexitPipelineMode(raw) == 1, PQsendQuery(raw, text) == 1 else {
            throw PostgresError(.unavailable, broken().message)
        }
        var failure: PostgresError?
        do throws(PostgresError) {
            while let result = try nextResult(until: deadline) {
                let error = try scriptError(result)
                if failure == nil { failure = error }
            }
        } catch {
            throw failure ?? error
        }
        guard PQenterPipelineMode(raw) == 1 else { throw broken() }
        rollBackIfOpen(until: deadline)
        if let failure { throw failure }
    }

    /// Makes the server forget the statements that were not used for longest.
    func forgetOldStatements(until deadline: ContinuousClock.Instant) {
        for name in statements.evict() where !isBroken {
            // The statement is ours and valid: only a lost connection fails here, and then nothing is left to forget.
            _ = try? runUnprepared("DEALLOCATE \(name)", until: deadline)
        }
    }

    private func scriptError(_ result: borrowing QueryResult) throws(PostgresError) -> PostgresError? {
        switch result.status {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY:
            return nil
        case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH:
            throw broken("a script cannot COPY from or to the client")
        default:
            guard let error = result.serverError else { throw broken() }
            guard result.isFatal else { return error }
            throw PostgresError(broken().code, error.message, sqlState: error.sqlState)
        }
    }

    /// True if a transaction was open. A failed rollback breaks the connection, which rolls back as well.
    @discardableResult private func rollBackIfOpen(until deadline: ContinuousClock.Instant) -> Bool {
        guard !isBroken, !isIdle else { return false }
        do {
            try runUnprepared("ROLLBACK", until: max(deadline, .now + .seconds(5)))
        } catch {
            _ = broken()
        }
        if !isIdle { _ = broken() }
        return true
    }

    private func runUnprepared(_ text: String, until deadline: ContinuousClock.Instant) throws(PostgresError) {
        guard PQsendQueryParams(raw, text, 0, nil, nil, nil, nil, 0) == 1, PQpipelineSync(raw) == 1 else {
            throw broken()
        }
        while let result = try nextResult(until: deadline) {
            guard result.status == PGRES_COMMAND_OK else { throw broken() }
        }
        guard let sync = try nextResult(until: deadline), sync.status == PGRES_PIPELINE_SYNC else { throw broken() }
    }
}
