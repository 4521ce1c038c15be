import Postgres
import Store
import StorePostgres
import TestSupport
import Testing

/// The connection is lost while COMMIT is under way.
@Suite(.timeLimit(.minutes(2)))
struct PostgresDoubtTests {
    private let posts = [PostID(7), PostID(8)]

    /// Steps one post and creates another.
    private var doubtful: Batch {
        let step = PostWrite(post: PostID(7), expectedRevision: 1, state: .sample(), transitions: [.sample(PostID(7))])
        return Batch(id: "doubtful", writes: [.creation(8), step])
    }

    @Test func `a commit that was cut off has no winners`() async throws {
        try await withPostgresStore(try await PrivatePostgres.makeSchema()) { store, beside in
            let gate = SlowCommit(beside: beside)
            try await gate.close()
            async let refusal = failure { try await store.commit(doubtful) }
            try await gate.waitForCommit()
            _ = try await beside.query("SELECT pg_terminate_backend(pid, 5000) FROM \(raw: SlowCommit.sessions)")
            #expect(await refusal?.code == .inDoubt)
            try await gate.open()
            #expect(try await store.winners(of: "doubtful", posts: posts).isEmpty)
            #expect(try await store.existing(posts) == [PostID(7)])
            // The store goes on with a new session.
            #expect(try await store.commit(doubtful).winners == Set(posts))
        }
    }

    @Test func `who asks about a batch waits for its commit`() async throws {
        let url = try await PrivatePostgres.makeSchema()
        try await withPostgresStore(url) { store, beside in
            let other = PostgresStore(url: url, node: "other")
            let gate = SlowCommit(beside: beside)
            try await gate.close()
            async let committed = store.commit(doubtful)
            try await gate.waitForCommit()
            async let asked = other.winners(of: "doubtful", posts: posts)
            try await beside.waitFor(
                """
                SELECT count(*) FROM pg_stat_activity
                WHERE wait_event = 'advisory' AND application_name LIKE 'rejoinder other%'
                """)
            try await gate.open()
            #expect(try await asked == Set(posts))
            #expect(try await committed.winners == Set(posts))
            await other.close()
        }
    }

    @Test func `a commit whose answer was lost has its winners`() async throws {
        // A server of its own: it shall wait for a standby that does not exist, between commit and answer.
        let server = try await PrivatePostgres.start()
        try await withPostgresStore(server.url) { store, beside in
            _ = try await beside.query("ALTER SYSTEM SET synchronous_standby_names = 'nobody'")
            _ = try await beside.query("SELECT pg_reload_conf()")
            try await beside.waitFor("SELECT count(*) FROM pg_settings WHERE setting = 'nobody'")
            async let refusal = failure { try await store.commit(doubtful) }
            let waiting = "pg_stat_activity WHERE wait_event = 'SyncRep'"
            try await beside.waitFor("SELECT count(*) FROM \(waiting)")
            _ = try await beside.query("SELECT pg_terminate_backend(pid, 5000) FROM \(raw: waiting)")
            #expect(await refusal?.code == .inDoubt)
            _ = try await beside.query("ALTER SYSTEM RESET synchronous_standby_names")
            _ = try await beside.query("SELECT pg_reload_conf()")
            #expect(try await store.winners(of: "doubtful", posts: posts) == Set(posts))
            #expect(try await store.posts(posts).allSatisfy { $0.revision == ($0.id == PostID(7) ? 2 : 1) })
            try await server.stop()
            #expect(await failure { try await store.commit(doubtful) }?.code == .unavailable)
            #expect(await failure { try await store.posts(posts) }?.code == .unavailable)
            try await server.startAgain()
            try await eventually("the store is back") { (try? await store.now()) != nil }
            #expect(try await store.commit(Batch(id: "next", writes: [.creation(9)])).winners == [PostID(9)])
        }
        try await server.remove()
    }
}

/// Makes commits that change posts wait until it is opened: a deferred trigger, so the waiting is part of COMMIT.
struct SlowCommit {
    let beside: PostgresConnection

    /// Sessions of this schema's writers that wait within COMMIT.
    static let sessions = """
        pg_stat_activity WHERE application_name LIKE 'rejoinder %' AND wait_event_type = 'Lock' AND query = 'COMMIT' \
        AND pid IN (SELECT pid FROM pg_locks WHERE relation = to_regclass('slow_commit'))
        """

    func close() async throws {
        try await beside.script(
            """
            CREATE TABLE slow_commit (is_open boolean NOT NULL);
            INSERT INTO slow_commit VALUES (false);
            CREATE FUNCTION wait_for_gate() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                PERFORM FROM slow_commit;
                PERFORM pg_advisory_xact_lock_shared('slow_commit'::regclass::oid::bigint);
                RETURN NULL;
            END $$;
            CREATE CONSTRAINT TRIGGER slow AFTER INSERT OR UPDATE ON posts DEFERRABLE INITIALLY DEFERRED
                FOR EACH ROW EXECUTE FUNCTION wait_for_gate();
            """)
        _ = try await beside.query("SELECT pg_advisory_lock('slow_commit'::regclass::oid::bigint)")
    }

    func waitForCommit() async throws { try await beside.waitFor("SELECT count(*) FROM \(Self.sessions)") }

    func open() async throws {
        _ = try await beside.query("SELECT pg_advisory_unlock('slow_commit'::regclass::oid::bigint)")
    }
}

extension PostgresConnection {
    func int64(_ sql: String) async throws -> Int64 {
        guard let row = try await query("SELECT (\(raw: sql))::bigint AS value").first else {
            throw TestFailure("no row: \(sql)")
        }
        return try row.int64("value")
    }

    /// Waits until a count is not zero: of what another session does, which gives no signal.
    func waitFor(_ count: String) async throws {
        try await eventually(count, within: .seconds(20)) { try await int64(count) > 0 }
    }

    /// Waits until a statement of another session waits for a lock of somebody else.
    func waitForLock(in statement: String, on table: String = "endpoints") async throws {
        try await waitFor(
            """
            SELECT count(*) FROM pg_stat_activity
            WHERE wait_event_type = 'Lock' AND query LIKE '%\(statement)%' AND pid <> pg_backend_pid()
                AND pid IN (SELECT pid FROM pg_locks WHERE relation = to_regclass('\(table)'))
            """)
    }
}
