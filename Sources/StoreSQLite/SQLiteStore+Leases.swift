import GRDB
import JSONValue
import Store

extension SQLiteStore {
    package func heartbeat(node: String) async throws -> Timestamp {
        let sql = """
            INSERT INTO nodes (name, heard_at) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET heard_at = excluded.heard_at
            """
        return try await write { transaction in
            try transaction.db.run(sql, [node, transaction.now])
            return Timestamp(microseconds: transaction.now)
        }
    }

    package func acquireLeases(node: String, microseconds: Int64) async throws -> [Lease] {
        let sql = """
            UPDATE endpoints SET owner = ?, epoch = epoch + 1, lease_until = ?
            WHERE owner IS NULL OR lease_until <= ?
            RETURNING name, owner, epoch
            """
        return try await write { transaction in
            let until = transaction.now.after(microseconds)
            return try transaction.db.rows(sql, [node, until, transaction.now]) { try Lease(&$0) }
        }
    }

    package func renewLeases(node: String, microseconds: Int64) async throws -> [Lease] {
        let sql = """
            UPDATE endpoints SET lease_until = ? WHERE owner = ? AND lease_until > ? RETURNING name, owner, epoch
            """
        return try await write { transaction in
            let until = transaction.now.after(microseconds)
            return try transaction.db.rows(sql, [until, node, transaction.now]) { try Lease(&$0) }
        }
    }

    package func releaseLeases(node: String) async throws {
        try await write { transaction in
            try transaction.db.run("UPDATE endpoints SET owner = NULL, lease_until = NULL WHERE owner = ?", [node])
        }
    }

    package func adoptStartingJobs(_ lease: Lease) async throws -> [JobRow] {
        let sql = """
            UPDATE jobs SET epoch = ?
            -- Those of this epoch are being sent by this owner already.
            WHERE endpoint = ? AND phase = 'starting' AND epoch <> ?
            RETURNING \(JobRow.columns)
            """
        return try await write { transaction in
            try transaction.check(lease)
            return try transaction.db.rows(sql, [lease.epoch, lease.endpoint, lease.epoch]) { try JobRow(&$0) }
        }
    }
}

extension Transaction {
    /// Throws `staleLease` unless the lease is still held.
    func check(_ lease: Lease) throws {
        let sql = "SELECT 1 FROM endpoints WHERE name = ? AND owner = ? AND epoch = ? AND lease_until > ?"
        let held = try db.row(sql, [lease.endpoint, lease.node, lease.epoch, now]) { try $0.int() }
        guard held != nil else {
            throw StoreError(
                .staleLease, subject: lease.endpoint, "\(lease.node) no longer holds the lease of \(lease.endpoint)")
        }
    }
}

extension Lease {
    fileprivate init(_ columns: inout Columns) throws {
        self.init(endpoint: try columns.text(), node: try columns.text(), epoch: try columns.int64())
    }
}
