import GRDB

/// Measures the limits on SQLite: one connection, in tables of their own.
struct SQLiteLimits: Sendable {
    let sizes: RowSizes
    private let state: String
    private let history: String

    init(sizes: RowSizes) {
        self.sizes = sizes
        state = RowSizes.filler(sizes.state)
        history = RowSizes.filler(sizes.history)
    }

    /// The file must be closed by everybody else; the settings are those of the service.
    static func measure(path: String) async throws -> MachineLimits {
        var configuration = Configuration()
        configuration.prepareDatabase { db in
            try db.execute(
                sql: """
                    PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -32000;
                    PRAGMA wal_autocheckpoint = 4000
                    """)
        }
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        let limits = try await queue.writeWithoutTransaction { db in
            let limits = SQLiteLimits(sizes: try RowSizes(db))
            try limits.fill(db)
            let single = try limits.rate(db, batch: 1)
            try limits.fill(db)
            let batch = try limits.rate(db, batch: MachineLimits.batch)
            try limits.drop(db)
            return MachineLimits(singlePerSecond: single, batchPerSecond: batch)
        }
        try queue.close()
        return limits
    }

    private func drop(_ db: Database) throws {
        try db.execute(
            sql: """
                DROP TABLE IF EXISTS limit_posts; DROP TABLE IF EXISTS limit_history;
                DROP TABLE IF EXISTS limit_inputs
                """)
    }

    private func fill(_ db: Database) throws {
        try drop(db)
        try db.execute(
            sql: """
                CREATE TABLE limit_posts (id INTEGER PRIMARY KEY, revision INTEGER NOT NULL, state TEXT NOT NULL) STRICT;
                CREATE TABLE limit_history (
                    post_id INTEGER NOT NULL, revision INTEGER NOT NULL, at INTEGER NOT NULL, data TEXT NOT NULL,
                    PRIMARY KEY (post_id, revision)) STRICT;
                CREATE TABLE limit_inputs (id INTEGER PRIMARY KEY, data TEXT NOT NULL) STRICT
                """)
        try db.inTransaction {
            try fill(db, "INSERT INTO limit_posts VALUES (?, 0, ?)", MachineLimits.posts, state)
            try fill(db, "INSERT INTO limit_inputs VALUES (?, ?)", MachineLimits.inputs, RowSizes.filler(sizes.input))
            return .commit
        }
        try db.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)")
    }

    private func fill(_ db: Database, _ sql: String, _ count: Int, _ text: String) throws {
        let statement = try db.cachedStatement(sql: sql)
        for number in 1...count { try statement.execute(arguments: [number, text]) }
    }

    private func rate(_ db: Database, batch: Int) throws -> Double {
        let update = try db.cachedStatement(
            sql: "UPDATE limit_posts SET revision = revision + 1, state = ? WHERE id = ?")
        let insert = try db.cachedStatement(sql: "INSERT INTO limit_history VALUES (?, ?, 0, ?)")
        let delete = try db.cachedStatement(sql: "DELETE FROM limit_inputs WHERE id = ?")
        let began = ContinuousClock.now
        var count = 0
        while count < MachineLimits.inputs, ContinuousClock.now - began < MachineLimits.time {
            let posts =
                batch == 1
                ? [Int64(count * 7919 % MachineLimits.posts + 1)]
                : MachineLimits.scattered(count / batch, lane: 0, lanes: 1)
            try db.inTransaction(.immediate) {
                for post in posts {
                    count += 1
                    try update.execute(arguments: [state, post])
                    try insert.execute(arguments: [post, count, history])
                    try delete.execute(arguments: [count])
                }
                return .commit
            }
        }
        return MachineLimits.rate(count, since: began)
    }
}
