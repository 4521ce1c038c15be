import JSONValue
import Postgres
import Store

extension PostgresStore {
    package func saveChart(digest: String, id: String, source: String) async throws {
        _ = try await write(
            """
            INSERT INTO charts (digest, id, source) VALUES (\(digest), \(id), \(source)) ON CONFLICT (digest) DO NOTHING
            """)
    }

    package func chartSource(digest: String) async throws -> String? {
        try await read("SELECT source FROM charts WHERE digest = \(digest)") { try $0.string("source") }.first
    }

    package func chartDigests() async throws -> [String] {
        try await read("SELECT digest FROM charts ORDER BY digest") { try $0.string("digest") }
    }

    package func record(_ audit: AuditRow) async throws {
        let detail = try Stored.object(audit.detail)
        _ = try await write(
            """
            INSERT INTO audit (actor, action, subject, detail)
            VALUES (\(audit.actor), \(audit.action), \(audit.subject), \(detail)::json)
            """)
    }
}
