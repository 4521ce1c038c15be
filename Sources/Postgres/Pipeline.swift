internal import CPostgres

/// One flush: all commands are sent before the first answer is read. Lives as long as that exchange.
struct Pipeline {
    /// What each answer belongs to.
    private enum Step {
        case prepare(text: String, name: String)
        case statement(Int)
        case begin
        case commit
        case sync
    }

    private let connection: ServerConnection
    private let deadline: ContinuousClock.Instant
    private var steps: [Step] = []
    /// Statements that this exchange prepares, so that the same text is prepared once.
    private var preparing: [String: String] = [:]
    private var rows: [Rows] = []
    private var failure: PostgresError?

    /// Runs the statements; with `isTransaction` between BEGIN and COMMIT, else each on its own.
    static func run(
        _ statements: [SQL], isTransaction: Bool, on connection: ServerConnection,
        until deadline: ContinuousClock.Instant
    ) throws(PostgresError) -> [Rows] {
        for statement in statements { try statement.check() }
        var pipeline = Pipeline(connection: connection, deadline: deadline)
        try pipeline.send(statements, isTransaction: isTransaction)
        try pipeline.receive()
        return pipeline.rows
    }

    private init(connection: ServerConnection, deadline: ContinuousClock.Instant) {
        self.connection = connection
        self.deadline = deadline
    }

    // MARK: Sending

    /// Queues everything. A failure here comes before the COMMIT was queued, so nothing can be committed.
    private mutating func send(_ statements: [SQL], isTransaction: Bool) throws(PostgresError) {
        do {
            if isTransaction { try send("BEGIN", as: .begin) }
            for (index, statement) in statements.enumerated() { try send(statement, as: .statement(index)) }
            if isTransaction { try send("COMMIT", as: .commit) }
            try require(PQpipelineSync(connection.raw))
            steps.append(.sync)
        } catch {
            throw PostgresError(.unavailable, error.message)
        }
    }

    private mutating func send(_ sql: SQL, as step: Step) throws(PostgresError) {
        let name = try preparedName(of: sql.text)
        let sent = sql.parameters.withPointers { values, lengths, formats in
            PQsendQueryPrepared(connection.raw, name, Int32(values.count), values, lengths, formats, 0)
        }
        try require(sent)
        steps.append(step)
    }

    private mutating func preparedName(of text: String) throws(PostgresError) -> String {
        if let name = connection.statements.name(of: text) ?? preparing[text] { return name }
        let name = connection.statements.freshName()
        try require(PQsendPrepare(connection.raw, name, text, 0, nil))
        steps.append(.prepare(text: text, name: name))
        preparing[text] = name
        return name
    }

    private func require(_ isQueued: Int32) throws(PostgresError) {
        if isQueued != 1 { throw connection.broken() }
    }

    // MARK: Receiving

    private mutating func receive() throws(PostgresError) {
        for (position, step) in steps.enumerated() {
            do throws(PostgresError) {
                guard let result = try connection.nextResult(until: deadline) else { throw connection.broken() }
                try absorb(result, at: position)
                // Each command's results end with nil, the sync alone has no such end.
                if case .sync = step { break }
                while try connection.nextResult(until: deadline) != nil {}
            } catch {
                // After an error the server skips the rest, COMMIT included.
                throw failure ?? error
            }
        }
        if let failure { throw failure }
    }

    private mutating func absorb(_ result: consuming QueryResult, at position: Int) throws(PostgresError) {
        switch result.status {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY:
            switch steps[position] {
            case .prepare(let text, let name): connection.statements.insert(text, name: name)
            case .statement: rows.append(Rows(copying: result))
            case .begin, .commit, .sync: break
            }
        case PGRES_PIPELINE_SYNC, PGRES_PIPELINE_ABORTED:
            break
        default:
            try absorbError(result, at: position)
        }
    }

    private mutating func absorbError(_ result: borrowing QueryResult, at position: Int) throws(PostgresError) {
        guard var error = result.serverError else { throw connection.broken() }
        error.statementIndex = statementIndex(at: position)
        if result.isFatal {
            _ = connection.broken()
            error.code = isBeforeCommit(position) ? .unavailable : .inDoubt
            throw error
        }
        if failure == nil { failure = error }
    }

    /// Whether an error at this answer proves that nothing was committed.
    private func isBeforeCommit(_ position: Int) -> Bool {
        switch steps[position] {
        case .prepare, .statement, .begin: true
        case .commit, .sync: false
        }
    }

    /// The statement that an answer is about: to prepare it is part of it.
    private func statementIndex(at position: Int) -> Int? {
        for step in steps[position...] {
            switch step {
            case .statement(let index): return index
            case .begin, .commit, .sync: return nil
            case .prepare: continue
            }
        }
        return nil
    }
}
