import GRDB
import JSONValue
import Store

extension SQLiteStore {
    package func remember(_ receipt: Receipt) async throws -> Receipt? {
        let sql = """
            INSERT INTO receipts (scope, id, body_hash, answer, created_at) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (scope, id) DO NOTHING
            """
        return try await write { transaction in
            let answer = try Stored.json(receipt.answer)
            let values: [Bound] = [receipt.scope, receipt.id, receipt.bodyHash, answer, transaction.now]
            guard try transaction.db.run(sql, values) == 0 else { return nil }
            return try transaction.db.receipt(scope: receipt.scope, id: receipt.id)
        }
    }

    package func receipt(scope: String, id: String) async throws -> Receipt? {
        try await read { db in try db.receipt(scope: scope, id: id) }
    }

    /// Longer than any sender repeats a request.
    static let receiptLifetime = Duration.seconds(4 * 86_400)

    package func maintain() async throws {
        try await write { transaction in
            let oldest = transaction.now - Self.receiptLifetime.microseconds
            try transaction.db.run("DELETE FROM receipts WHERE created_at < ?", [oldest])
        }
        try requireOpen()
        do {
            try await pool.writeWithoutTransaction { db in
                _ = try db.checkpoint(.passive)
            }
        } catch {
            throw StoreError(error, path: path)
        }
    }
}

extension Database {
    fileprivate func receipt(scope: String, id: String) throws -> Receipt? {
        try row("SELECT scope, id, body_hash, answer FROM receipts WHERE scope = ? AND id = ?", [scope, id]) {
            columns in
            Receipt(
                scope: try columns.text(), id: try columns.text(), bodyHash: try columns.text(),
                answer: try columns.json())
        }
    }
}
