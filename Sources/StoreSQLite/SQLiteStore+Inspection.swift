import GRDB
import JSONValue
import Store

extension SQLiteStore {
    package func inspect(limit: Int) async throws -> Inspection {
        try await read { [time] db in
            var inspection = Inspection(at: time)
            inspection.strays = try Inspection.Stray.Kind.allCases.compactMap { kind in
                let sql = "SELECT count(*), min(post_id) FROM (\(kind.sql) LIMIT ?)"
                return try db.row(sql, [max(1, limit)]) { columns in
                    let count = try columns.int()
                    return try columns.optionalInt64().map {
                        Inspection.Stray(kind: kind, count: count, sample: PostID($0))
                    }
                } ?? nil
            }
            inspection.owners = try db.rows("SELECT name, owner, lease_until FROM endpoints ORDER BY name") { columns in
                Inspection.Ownership(
                    endpoint: try columns.text(), owner: try columns.optionalText(),
                    leaseUntil: try columns.optionalTime())
            }
            let nodes = try db.rows("SELECT name, heard_at FROM nodes") { (try $0.text(), try $0.time()) }
            inspection.nodes = Dictionary(uniqueKeysWithValues: nodes)
            let waiting = """
                SELECT source, count(*), min(queued_at) FROM jobs WHERE phase = 'waiting' GROUP BY source ORDER BY source
                """
            inspection.backlogs = try db.rows(waiting) { columns in
                Inspection.Backlog(
                    source: try columns.text(), waiting: try columns.int(), oldest: try columns.optionalTime())
            }
            let size = "SELECT (SELECT page_count FROM pragma_page_count) * (SELECT page_size FROM pragma_page_size)"
            inspection.bytes["file"] = try db.row(size) { try $0.int64() }
            return inspection
        }
    }

    package func liveJobs(of ids: [PostID]) async throws -> [JobRow] {
        let sql = """
            SELECT \(JobRow.columns) FROM jobs
            WHERE post_id IN (SELECT value FROM json_each(?)) AND phase <> 'done' ORDER BY post_id, number
            """
        return try await read { db in try db.rows(sql, [ids.list]) { try JobRow(&$0) } }
    }
}

extension Inspection.Stray.Kind {
    /// The posts of its rows.
    fileprivate var sql: String {
        switch self {
        case .job: Self.withoutPost("jobs")
        case .timer: Self.withoutPost("timers")
        case .event: Self.withoutPost("inbox")
        case .comment: Self.withoutPost("comments")
        case .jobOfEnded:
            """
            SELECT post_id FROM jobs JOIN posts ON posts.id = post_id WHERE phase <> 'done' AND waits_for = 'nothing'
            """
        case .timerOfEnded:
            "SELECT post_id FROM timers JOIN posts ON posts.id = post_id WHERE waits_for = 'nothing'"
        case .jobOfUnknownEndpoint:
            """
            SELECT post_id FROM jobs
            WHERE phase IN ('starting', 'accepted') AND endpoint NOT IN (SELECT name FROM endpoints)
            """
        }
    }

    private static func withoutPost(_ table: String) -> String {
        "SELECT post_id FROM \(table) WHERE NOT EXISTS (SELECT 1 FROM posts WHERE posts.id = post_id)"
    }
}
