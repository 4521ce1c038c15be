import JSONValue
import Postgres
import Store

extension PostgresStore {
    package func history(_ id: PostID, after revision: Int64, limit: Int) async throws -> [TransitionRow] {
        let sql: SQL = """
            SELECT \(raw: TransitionRow.columns) FROM history t
            WHERE t.post_id = \(id.rawValue) AND t.revision > \(revision)
            ORDER BY t.revision LIMIT \(max(0, limit))
            """
        return try await read(sql) { try TransitionRow($0) }
    }
}

extension BatchParts {
    /// What a macrostep left is what the one before it led to, and is not written again.
    func history() throws -> SQL {
        let parts = all { write in
            write.transitions.enumerated().map { (write.expectedRevision + Int64($0.offset) + 1, $0.element) }
        }
        let rows = parts.map(\.value.1)
        return """
            INSERT INTO transitions (
                post_id, revision, at, event, data, origin, actor, to_states, guards, effects, now, chart_id,
                settings_id, duration_us, problem, batch_id)
            SELECT x.post_id, x.revision, (SELECT commit_at()), x.event, x.data::json, x.origin, x.actor,
                x.to_states::text[], x.guards::json, x.effects::json, time_of(x.now), x.chart_id, x.settings_id,
                x.duration_us, x.problem, \(id)
            FROM unnest(
                \(ints: parts.map(\.place)), \(bigints: parts.map(\.post)), \(bigints: parts.map(\.value.0)),
                \(texts: rows.map(\.event)), \(utf8: try rows.map { try Stored.bytes(.object($0.data)) }),
                \(texts: rows.map(\.origin)), \(texts: rows.map(\.actor)), \(texts: rows.map(\.to.arrayText)),
                \(utf8: try rows.map { try Stored.bytes($0.guards) }),
                \(utf8: try rows.map { try Stored.bytes($0.effects) }),
                \(bigints: try rows.map { try Stored.time($0.now) as Int64 }),
                \(ints: rows.map { digests[$0.chart] ?? 0 }), \(ints: rows.map { digests[$0.settingsDigest] ?? 0 }),
                \(bigints: rows.map(\.durationMicroseconds)), \(texts: rows.map(\.problem))
            ) AS x(
                n, post_id, revision, event, data, origin, actor, to_states, guards, effects, now, chart_id, settings_id,
                duration_us, problem)
            WHERE ((SELECT commit_wins()))[x.n]
            """
    }
}

extension TransitionRow {
    static let columns = """
        t.post_id, t.revision, micros_of(t.at) AS at, t.event, t.data, t.origin, t.actor, \
        CASE WHEN t.revision = 1 THEN '{}' ELSE coalesce(t.from_states, (
            SELECT b.to_states FROM history b WHERE b.post_id = t.post_id AND b.revision = t.revision - 1 LIMIT 1), '{}')
        END AS from_states, t.to_states, t.guards, t.effects, micros_of(t.now) AS now, \
        (SELECT d.digest FROM digests d WHERE d.id = t.chart_id) AS chart, \
        (SELECT d.digest FROM digests d WHERE d.id = t.settings_id) AS settings_digest, t.duration_us, t.problem, \
        t.batch_id
        """

    init(_ row: Row) throws {
        self.init(
            post: try row.post("post_id"), revision: try row.int64("revision"), at: try row.time("at"),
            event: try row.string("event"), data: try row.object("data"), origin: try row.string("origin"),
            actor: try row.string("actor"), from: try row.strings("from_states"), to: try row.strings("to_states"),
            guards: try row.json("guards"), effects: try row.json("effects"), now: try row.time("now"),
            chart: try row.string("chart"), settingsDigest: try row.string("settings_digest"),
            durationMicroseconds: try row.int64("duration_us"), problem: try row.optionalString("problem"),
            batch: try row.string("batch_id"))
    }
}
