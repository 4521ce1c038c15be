/// What to measure on.
package enum BenchTarget: Sendable, Hashable {
    /// An SQLite file in a temporary folder of its own.
    case privateSQLite
    /// A Postgres of its own, started for the measurement and removed afterwards.
    case privatePostgres
    /// A new SQLite file at a path; it stays.
    case sqlite(path: String)
    /// A schema of its own in a Postgres that runs already; the schema is dropped afterwards.
    case postgres(url: String)

    /// Reads the command line: a URL, a path, or `sqlite` and `postgres` for private ones.
    package init(_ text: String) {
        switch text {
        case "sqlite": self = .privateSQLite
        case "postgres": self = .privatePostgres
        default:
            let isURL = text.hasPrefix("postgres://") || text.hasPrefix("postgresql://")
            self = isURL ? .postgres(url: text) : .sqlite(path: text)
        }
    }

    var isPostgres: Bool {
        switch self {
        case .privatePostgres, .postgres: true
        case .privateSQLite, .sqlite: false
        }
    }

    /// For the figures: without address and password.
    var name: String { isPostgres ? "postgres" : "sqlite" }
}
