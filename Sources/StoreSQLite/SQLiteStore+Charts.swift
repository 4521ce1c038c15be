import GRDB
import Store

extension SQLiteStore {
    package func saveChart(digest: String, id: String, source: String) async throws {
        let sql = """
            INSERT INTO charts (digest, id, source, created_at) VALUES (?, ?, ?, ?) ON CONFLICT (digest) DO NOTHING
            """
        try await write { transaction in try transaction.db.run(sql, [digest, id, source, transaction.now]) }
    }

    package func chartSource(digest: String) async throws -> String? {
        try await read { db in
            try db.row("SELECT source FROM charts WHERE digest = ?", [digest]) { try $0.text() }
        }
    }

    package func chartDigests() async throws -> [String] {
        try await read { db in try db.rows("SELECT digest FROM charts ORDER BY digest", []) { try $0.text() } }
    }

    package func record(_ audit: AuditRow) async throws {
        try await write { transaction in try transaction.record(audit) }
    }
}
