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
    func history() throws -> SQL {
        let parts = all { write in
            write.transitions.enumerated().map { (write.expectedRevision + Int64($0.offset) + 1, $0.element) }
        }
        let rows = parts.map(\.value.1)
        return """
            INSERT INTO transitions (
                post_id, revision, at, event, data, origin, actor, from_states, to_states, guards, effects, now, chart,
                settings_digest, duration_us, problem, batch_id)
            SELECT x.post_id, x.revision, (SELECT commit_at()), x.event, x.data::json, x.origin, x.actor,
                x.from_states::text[], x.to_states::text[], x.guards::json, x.effects::json, time_of(x.now), x.chart,
                x.settings_digest, x.duration_us, x.problem, \(id)
            FROM unnest(
                \(parts.map(\.place))::int[], \(parts.map(\.post))::bigint[], \(parts.map(\.value.0))::bigint[],
                \(rows.map(\.event))::text[], \(try rows.map { try Stored.object($0.data) })::text[],
                \(rows.map(\.origin))::text[], \(rows.map(\.actor))::text[], \(rows.map(\.from))::text[],
                \(rows.map(\.to))::text[], \(try rows.map { try Stored.json($0.guards) })::text[],
                \(try rows.map { try Stored.json($0.effects) })::text[],
                \(try rows.map { try Stored.time($0.now) as Int64 })::bigint[], \(rows.map(\.chart))::text[],
                \(rows.map(\.settingsDigest))::text[], \(rows.map(\.durationMicroseconds))::bigint[],
                \(rows.map(\.problem))::text[]
            ) AS x(
                n, post_id, revision, event, data, origin, actor, from_states, to_states, guards, effects, now, chart,
                settings_digest, duration_us, problem)
            WHERE ((SELECT commit_wins()))[x.n]
            """
    }
}

extension TransitionRow {
    static let columns = """
        t.post_id, t.revision, micros_of(t.at) AS at, t.event, t.data, t.origin, t.actor, t.from_states, t.to_states, \
        t.guards, t.effects, micros_of(t.now) AS now, t.chart, t.settings_digest, t.duration_us, t.problem, t.batch_id
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
