import GRDB
import JSONValue
import Store

extension SQLiteStore {
    package func history(_ id: PostID, after revision: Int64, limit: Int) async throws -> [TransitionRow] {
        try await read { db in try db.history(id, after: revision, limit: limit) }
    }
}

extension Database {
    func history(_ id: PostID, after revision: Int64, limit: Int) throws -> [TransitionRow] {
        let sql = """
            SELECT post_id, revision, at, event, data, origin, actor, from_states, to_states, guards, effects, now, chart,
                settings_digest, duration_us, problem, batch_id
            FROM transitions WHERE post_id = ? AND revision > ? ORDER BY revision LIMIT ?
            """
        return try rows(sql, [id.rawValue, revision, limit]) { try TransitionRow(&$0) }
    }
}

extension Transaction {
    func insert(_ row: TransitionRow, post: PostID, revision: Int64, batch: String) throws {
        let sql = """
            INSERT INTO transitions (
                post_id, revision, at, event, data, origin, actor, from_states, to_states, guards, effects, now, chart,
                settings_digest, duration_us, problem, batch_id)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """
        try db.run(
            sql,
            [
                post.rawValue, revision, now, row.event, try Stored.object(row.data), row.origin, row.actor,
                try Stored.texts(row.from), try Stored.texts(row.to), try Stored.json(row.guards),
                try Stored.json(row.effects), row.now.microseconds, row.chart, row.settingsDigest,
                row.durationMicroseconds, row.problem, batch,
            ])
    }
}

extension TransitionRow {
    fileprivate init(_ columns: inout Columns) throws {
        self.init(
            post: try columns.post(), revision: try columns.int64(), at: try columns.time(), event: try columns.text(),
            data: try columns.object(), origin: try columns.text(), actor: try columns.text(),
            from: try columns.texts(), to: try columns.texts(), guards: try columns.json(), effects: try columns.json(),
            now: try columns.time(), chart: try columns.text(), settingsDigest: try columns.text(),
            durationMicroseconds: try columns.int64(), problem: try columns.optionalText(), batch: try columns.text())
    }
}
