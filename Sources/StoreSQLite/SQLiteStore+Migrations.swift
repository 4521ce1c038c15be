import Assets
import Crypto
import GRDB
import Store

extension SQLiteStore {
    package func migrate() async throws -> [String] {
        let migrations = Asset.under("migrations/sqlite")
        guard !isReadOnly else {
            let missing = try await read { try $0.missing(migrations) }
            guard missing.isEmpty else { throw StoreError(.incompatible, subject: path, "\(path) is not up to date") }
            return []
        }
        var applied: [String] = []
        for migration in migrations {
            let wasApplied = try await write { transaction in
                try transaction.db.run(Self.ledger)
                guard try transaction.db.missing(migrations).contains(migration) else { return false }
                try transaction.apply(migration)
                return true
            }
            if wasApplied { applied.append(migration.name) }
        }
        return applied
    }

    private static let ledger = """
        CREATE TABLE IF NOT EXISTS migrations (
            name TEXT PRIMARY KEY, digest TEXT NOT NULL, applied_at INTEGER NOT NULL
        ) STRICT
        """
}

extension Transaction {
    fileprivate func apply(_ migration: Asset) throws {
        try db.execute(sql: migration.text)
        try db.run(
            "INSERT INTO migrations (name, digest, applied_at) VALUES (?, ?, ?)",
            [migration.name, Digest.sha256Hex(migration.text), now])
    }
}

extension Database {
    /// Those that the ledger does not name yet. A ledger that this binary did not write is refused.
    fileprivate func missing(_ migrations: [Asset]) throws -> [Asset] {
        guard try tableExists("migrations") else { return migrations }
        let ledger = try rows("SELECT name, digest FROM migrations") { (try $0.text(), try $0.text()) }
        for (name, digest) in ledger {
            guard let known = migrations.first(where: { $0.name == name }) else {
                throw StoreError(.incompatible, subject: name, "the file was migrated by a newer version (\(name))")
            }
            guard Digest.sha256Hex(known.text) == digest else {
                throw StoreError(.incompatible, subject: name, "migration \(name) is not the one that was applied")
            }
        }
        let applied = Set(ledger.map(\.0))
        return migrations.filter { !applied.contains($0.name) }
    }
}
