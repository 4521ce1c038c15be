import JSONValue
import Postgres
import Store

extension PostgresStore {
    package func inspect(limit: Int) async throws -> Inspection {
        let results = try await readTogether([
            "SELECT micros_of(clock_timestamp()) AS at", Self.strays(limit: max(1, limit)),
            """
            SELECT t.name AS "table", r.name, micros_of(r.starts) AS starts, micros_of(r.ends) AS ends
            FROM unnest(ARRAY['transitions', 'deliveries']) AS t(name), partition_ranges(t.name) r ORDER BY r.starts
            """,
            "SELECT name, owner, micros_of(lease_until) AS lease_until FROM endpoints ORDER BY name",
            "SELECT name, micros_of(heard_at) AS heard_at FROM nodes",
            """
            SELECT source, count(*) AS waiting, micros_of(min(queued_at)) AS oldest FROM jobs WHERE phase = 'waiting'
            GROUP BY source ORDER BY source
            """,
            """
            SELECT coalesce(i.inhparent::regclass::text, c.relname) AS "table",
                sum(pg_total_relation_size(c.oid))::bigint AS bytes
            FROM pg_class c LEFT JOIN pg_inherits i ON i.inhrelid = c.oid
            WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' GROUP BY 1
            """,
        ])
        var inspection = Inspection(at: try results.decoded(0) { try $0.time("at") }.only)
        inspection.strays = try results.decoded(1) { row in
            Inspection.Stray(
                kind: try row.value("kind", Inspection.Stray.Kind.self), count: try row.int("count"),
                sample: try row.post("sample"))
        }
        inspection.partitions = try results.decoded(2) { row in
            Inspection.Partition(
                table: try row.string("table"), name: try row.string("name"), starts: try row.time("starts"),
                ends: try row.time("ends"))
        }
        inspection.owners = try results.decoded(3) { row in
            Inspection.Ownership(
                endpoint: try row.string("name"), owner: try row.optionalString("owner"),
                leaseUntil: try row.optionalTime("lease_until"))
        }
        _ = try results.decoded(4) { inspection.nodes[try $0.string("name")] = try $0.time("heard_at") }
        inspection.backlogs = try results.decoded(5) { row in
            Inspection.Backlog(
                source: try row.string("source"), waiting: try row.int("waiting"),
                oldest: try row.optionalTime("oldest"))
        }
        _ = try results.decoded(6) { inspection.bytes[try $0.string("table")] = try $0.int64("bytes") }
        return inspection
    }

    package func liveJobs(of ids: [PostID]) async throws -> [JobRow] {
        let sql: SQL = """
            SELECT \(raw: JobRow.columns) FROM jobs j
            WHERE j.post_id = ANY(\(ids.numbers)::bigint[]) AND j.phase <> 'done' ORDER BY j.post_id, j.number
            """
        return try await read(sql) { try JobRow($0) }
    }

    /// Counts up to the limit: what is counted is wrong, and there should be none.
    private static func strays(limit: Int) -> SQL {
        """
        SELECT kind, count(*) AS count, min(post_id) AS sample
        FROM (
            (SELECT 'job' AS kind, j.post_id FROM jobs j
            WHERE NOT EXISTS (SELECT FROM posts p WHERE p.id = j.post_id) LIMIT \(limit))
            UNION ALL
            (SELECT 'timer', t.post_id FROM timers t
            WHERE NOT EXISTS (SELECT FROM posts p WHERE p.id = t.post_id) LIMIT \(limit))
            UNION ALL
            (SELECT 'event', i.post_id FROM inbox i
            WHERE NOT EXISTS (SELECT FROM posts p WHERE p.id = i.post_id) LIMIT \(limit))
            UNION ALL
            (SELECT 'comment', c.post_id FROM comments c
            WHERE NOT EXISTS (SELECT FROM posts p WHERE p.id = c.post_id) LIMIT \(limit))
            UNION ALL
            (SELECT 'jobOfEnded', j.post_id FROM jobs j JOIN posts p ON p.id = j.post_id
            WHERE j.phase <> 'done' AND p.waits_for = 'nothing' LIMIT \(limit))
            UNION ALL
            (SELECT 'timerOfEnded', t.post_id FROM timers t JOIN posts p ON p.id = t.post_id
            WHERE p.waits_for = 'nothing' LIMIT \(limit))
            UNION ALL
            (SELECT 'jobOfUnknownEndpoint', j.post_id FROM jobs j
            WHERE j.phase IN ('starting', 'accepted')
                AND NOT EXISTS (SELECT FROM endpoints e WHERE e.name = j.endpoint) LIMIT \(limit))
        ) s
        GROUP BY kind ORDER BY kind
        """
    }
}
