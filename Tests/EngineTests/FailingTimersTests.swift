import Engine
import JSONValue
import Postgres
import Store
import TestSupport
import Testing

/// Timers that fail at the head of the queue, on real Postgres.
@Suite struct FailingTimersTests {
    @Test func `six hundred due timers that all fail do not hold up those behind them`() async throws {
        var options = EngineOptions.quiet
        // The head is many pages long.
        options.batchLimit = 25
        try await NodesUnderTest.with(1, options: options) { nodes in
            try await nodes.watch(1...640)
            let node = nodes.nodes[0]
            _ = try await nodes.beside.query(
                "UPDATE timers SET due = clock_timestamp() - interval '1 minute' * (1 + (post_id <= 600)::int)")
            try await nodes.beside.script(
                """
                CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN RAISE EXCEPTION 'refused' USING ERRCODE = '22P05'; END $$;
                CREATE TRIGGER refuse BEFORE UPDATE ON posts FOR EACH ROW WHEN (NEW.id <= 600) EXECUTE FUNCTION refuse();
                """)
            #expect(try await node.engine.timers.fireDue() == 40)
            let ended = "SELECT count(*) FROM posts WHERE waits_for = 'nothing'"
            #expect(try await nodes.number(ended) == 40)
            #expect(try await nodes.number("\(ended) AND id <= 600") == 0)
            _ = try await nodes.beside.query("DROP TRIGGER refuse ON posts")
            #expect(try await node.engine.timers.fireDue() == 600)
            #expect(try await nodes.number(ended) == 640)
        }
    }
}
