import GRDB
import Postgres

/// How many bytes the workload writes for one transition, so that the machine's limits are measured with the same.
struct RowSizes: Sendable {
    /// A post's hot row.
    var state: Int
    /// A row of the history.
    var history: Int
    /// What else stands by: a job's row.
    var input: Int

    private static let states = ["configuration", "context", "memory", "metadata", "chart"]
    private static let histories = [
        "event", "data", "origin", "actor", "to_states", "guards", "effects", "batch_id",
    ]
    private static let inputs = ["invocation", "source", "stage", "input", "community", "progress"]

    init(_ connection: PostgresConnection) async throws {
        let rows = try await connection.query(
            "SELECT \(raw: Self.columns { "octet_length(\($0)::text)" })")
        guard let row = rows.first else { throw BenchError("the sizes of rows are not known") }
        state = try row.int("state")
        history = try row.int("history")
        input = try row.int("input")
    }

    init(_ db: Database) throws {
        guard let row = try GRDB.Row.fetchOne(db, sql: "SELECT \(Self.columns { "length(CAST(\($0) AS BLOB))" })")
        else {
            throw BenchError("the sizes of rows are not known")
        }
        state = row["state"]
        history = row["history"]
        input = row["input"]
    }

    private static func columns(_ length: (String) -> String) -> String {
        [("posts", states, "state"), ("transitions", histories, "history"), ("jobs", inputs, "input")].map { part in
            let sum = part.1.map(length).joined(separator: " + ")
            // No job is left at the end; of their rows the limits only delete.
            return "(SELECT coalesce(CAST(avg(\(sum)) AS integer), 100) FROM \(part.0)) AS \(part.2)"
        }.joined(separator: ", ")
    }

    /// JSON text of about so many bytes.
    static func filler(_ bytes: Int) -> String {
        "{\"f\":\"" + String(repeating: "f", count: max(1, bytes - 8)) + "\"}"
    }
}
