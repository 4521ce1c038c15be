/// What went wrong with a statement or a connection. Callers match the code; the text is for people and never holds
/// the password.
package struct PostgresError: Error, Sendable, Equatable, CustomStringConvertible {
    package enum Code: Sendable, Equatable {
        /// No connection, or it was lost when it is certain that nothing was committed: safe to try again.
        case unavailable
        /// The connection was lost after the commit may have reached the server: look before trying again.
        case inDoubt
        /// The server refused a statement; the transaction was rolled back. The value is the SQLSTATE.
        case sqlState(String)
        /// A result does not hold what the caller expected.
        case decode
        /// The connection was closed by its owner.
        case stopped
        /// The statement or the URL cannot be sent to a server at all.
        case badParameter
    }

    package var code: Code
    package var message: String
    /// The SQLSTATE the server gave, also with ``Code/unavailable``.
    package var sqlState: String?
    package var detail: String?
    /// The constraint that was violated.
    package var constraint: String?
    /// Which statement of a transaction failed, from 0; nil for BEGIN and COMMIT themselves.
    package var statementIndex: Int?

    package init(
        _ code: Code, _ message: String, sqlState: String? = nil, detail: String? = nil, constraint: String? = nil,
        statementIndex: Int? = nil
    ) {
        self.code = code
        self.message = message
        self.sqlState = sqlState
        self.detail = detail
        self.constraint = constraint
        self.statementIndex = statementIndex
    }

    package var description: String {
        var text = "Postgres: \(message)"
        if let sqlState { text += " (SQLSTATE \(sqlState))" }
        if let statementIndex { text += ", statement \(statementIndex)" }
        return text
    }
}
