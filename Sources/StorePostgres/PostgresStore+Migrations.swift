import Assets
import Crypto
import Postgres
import Store

extension PostgresStore {
    package func migrate() async throws -> [String] {
        // A session of its own, which may wait for another migrator and work for long.
        let connection = PostgresConnection(
            url: url, applicationName: applicationName,
            sessionSettings: [("lock_timeout", "10min"), ("statement_timeout", "0")], answerLimit: .seconds(660))
        do {
            let applied = try await Self.migrate(on: connection)
            await connection.close()
            // From the first day on: without its partition no commit is taken.
            try await makePartitions()
            return applied
        } catch {
            await connection.close()
            throw StoreError(error)
        }
    }

    private static func migrate(on connection: PostgresConnection) async throws -> [String] {
        // The lock of the session ends with it.
        _ = try await connection.query(
            "SELECT pg_advisory_lock(hashtextextended('rejoinder migrations ' || current_schema(), 0))")
        _ = try await connection.query(
            """
            CREATE TABLE IF NOT EXISTS migrations (
                name text PRIMARY KEY, digest text NOT NULL, applied_at timestamptz NOT NULL DEFAULT clock_timestamp())
            """)
        let ledger = try await connection.query("SELECT name, digest FROM migrations").decoded { row in
            (name: try row.string("name"), digest: try row.string("digest"))
        }
        let missing = try missing(in: ledger)
        for migration in missing { try await connection.script(migration.withLedgerRow) }
        return missing.map(\.name)
    }

    /// Those that the ledger does not name yet. A ledger that this binary did not write is refused.
    private static func missing(in ledger: [(name: String, digest: String)]) throws -> [Asset] {
        let migrations = Asset.under("migrations/postgres")
        for (name, digest) in ledger {
            guard let known = migrations.first(where: { $0.name == name }) else {
                throw StoreError(
                    .incompatible, subject: name, "the database was migrated by a newer version (\(name))")
            }
            guard Digest.sha256Hex(known.text) == digest else {
                throw StoreError(.incompatible, subject: name, "migration \(name) is not the one that was applied")
            }
        }
        return migrations.filter { migration in !ledger.contains { $0.name == migration.name } }
    }
}

extension Asset {
    /// A script is one transaction: the migration and its row in the ledger. Both values are our own and need no
    /// quoting.
    fileprivate var withLedgerRow: String {
        "\(text)\n;INSERT INTO migrations (name, digest) VALUES ('\(name)', '\(Digest.sha256Hex(text))');"
    }
}
