import JSONValue
import Postgres
import Store
import StorePostgres
import TestSupport
import Testing

/// The history is read by time, and transactions become visible in another order.
@Suite(.timeLimit(.minutes(2)))
struct PostgresHorizonTests {
    @Test func `what a transaction under way will have written is not passed over`() async throws {
        try await withPostgresStore(try await PrivatePostgres.makeSchema()) { store, beside in
            try await overtake(store, beside)
        }
    }

    private func overtake(_ store: PostgresStore, _ beside: PostgresConnection) async throws {
        let start = HistoryMark(at: try await store.settledHistory().horizon)
        let gate = SlowCommit(beside: beside)
        try await gate.close()
        async let slow = store.commit(Batch(id: "slow", writes: [.creation(8)]))
        try await gate.waitForCommit()
        // Comes later, and is committed first.
        _ = try await beside.query(
            """
            INSERT INTO transitions (
                post_id, revision, at, event, data, origin, actor, to_states, guards, effects, now, chart_id,
                settings_id, duration_us, batch_id)
            SELECT post_id, 2, clock_timestamp(), event, data, origin, actor, to_states, guards, effects, now, chart_id,
                settings_id, duration_us, 'quick'
            FROM transitions WHERE post_id = 7
            """)
        let held = try await store.settledHistory()
        let quick = try #require(try await store.history(PostID(7), after: 1, limit: 1).first)
        #expect(held.horizon < quick.at && quick.at < held.now)
        #expect(try await store.steps(after: start, before: held.horizon, limit: 10).isEmpty)
        try await gate.open()
        let at = try await slow.at
        #expect(held.horizon <= at && at < quick.at)
        let settled = try await store.settledHistory()
        let steps = try await store.steps(after: start, before: settled.horizon, limit: 10)
        #expect(steps.map(\.post) == [PostID(8), PostID(7)])
        #expect(settled.horizon > quick.at)
    }

    @Test func `while another role's batch is under way nothing counts as settled`() async throws {
        let url = try await PrivatePostgres.makeSchema()
        let store = PostgresStore(url: url, node: "node", writers: 1)
        let beside = PostgresConnection(url: url, applicationName: "beside")
        let role = "reader_\(url.split(separator: "_").last ?? "")"
        let colon = try #require(url.range(of: "://")?.upperBound)
        let at = try #require(url.firstIndex(of: "@"))
        let reader = PostgresStore(url: url[..<colon] + "\(role):secret" + url[at...], node: "reader")
        let result: Result<Void, any Error>
        do {
            _ = try await store.migrate()
            try await beside.script(
                """
                CREATE ROLE \(role) LOGIN PASSWORD 'secret';
                DO $$ BEGIN EXECUTE format('GRANT USAGE ON SCHEMA %I TO \(role)', current_schema()); END $$;
                """)
            let gate = SlowCommit(beside: beside)
            try await gate.close()
            async let slow = store.commit(Batch(id: "slow", writes: [.creation(8)]))
            try await gate.waitForCommit()
            #expect(try await reader.settledHistory().horizon < Timestamp(microseconds: 0))
            try await gate.open()
            let at = try await slow.at
            #expect(try await reader.settledHistory().horizon > at)
            result = .success(())
        } catch {
            result = .failure(error)
        }
        await reader.close()
        await store.close()
        _ = try? await beside.query("DROP OWNED BY \(raw: role)")
        _ = try? await beside.query("DROP ROLE \(raw: role)")
        await beside.close()
        try result.get()
    }

    @Test func `finding the end of a long history does not mean reading all of it`() async throws {
        try await withPostgresStore(
            try await PrivatePostgres.makeSchema(), besideSettings: [("enable_seqscan", "off")]
        ) { store, beside in try await readEnd(store, beside) }
    }

    /// No statistics: a new partition has none.
    private func readEnd(_ store: PostgresStore, _ beside: PostgresConnection) async throws {
        _ = try await beside.query(
            """
            INSERT INTO transitions (
                post_id, revision, at, event, data, origin, actor, to_states, guards, effects, now, chart_id,
                settings_id, duration_us, batch_id)
            SELECT post_id, n, at + n * interval '1 ms', event, data, origin, actor, to_states, guards, effects, now,
                chart_id, settings_id, duration_us, 'many'
            FROM transitions, generate_series(2, 30000) n WHERE post_id = 7
            """)
        _ = try await beside.query(
            """
            SELECT brin_summarize_new_values(c.oid) FROM pg_class c JOIN pg_am a ON a.oid = c.relam
            WHERE a.amname = 'brin' AND c.relkind = 'i' AND c.relnamespace = current_schema()::regnamespace
            """)
        let last = try await beside.int64("SELECT micros_of(max(at)) FROM transitions")
        let mark = HistoryMark(at: Timestamp(microseconds: last - 5000), post: PostID(7), revision: 0)
        let steps = try await store.steps(after: mark, before: Timestamp(microseconds: last), limit: 100)
        #expect(steps.map(\.revision) == [29_995, 29_996, 29_997, 29_998, 29_999])
        let lines = try await beside.query(
            """
            EXPLAIN (ANALYZE, TIMING off, COSTS off, SUMMARY off)
            SELECT * FROM transitions
            WHERE at - 'epoch'::timestamptz >= time_of(\(raw: "\(last - 5000)")) - 'epoch'::timestamptz
            """)
        let plan = try lines.map { try $0.string("QUERY PLAN") }.joined(separator: "\n")
        #expect(plan.contains("Bitmap Index Scan on transitions_") && plan.contains("_expr_idx"), "\(plan)")
        #expect(!plan.contains("Seq Scan"), "\(plan)")
    }
}
