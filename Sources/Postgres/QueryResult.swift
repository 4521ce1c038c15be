internal import CPostgres

/// Owns a `PGresult`.
struct QueryResult: ~Copyable {
    let raw: OpaquePointer

    init(_ raw: OpaquePointer) { self.raw = raw }
    deinit { PQclear(raw) }

    var status: ExecStatusType { PQresultStatus(raw) }

    /// Whether the server ended the session with this message.
    var isFatal: Bool {
        let severity = field(c_pq_field_severity)
        return severity == "FATAL" || severity == "PANIC"
    }

    /// The server's own words; nil when libpq made this result because the connection broke.
    var serverError: PostgresError? {
        guard let state = field(c_pq_field_sqlstate) else { return nil }
        return PostgresError(
            .sqlState(state), field(c_pq_field_message) ?? "the server refused the statement", sqlState: state,
            detail: field(c_pq_field_detail), constraint: field(c_pq_field_constraint))
    }

    private func field(_ code: Int32) -> String? {
        PQresultErrorField(raw, code).map { String(cString: $0) }
    }
}
