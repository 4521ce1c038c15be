import JSONValue
import Postgres
import Store
import StorePostgres
import TestSupport
import Testing
import Threads

/// Partitions come and go beside readers and writers.
@Suite(.timeLimit(.minutes(2)))
struct PostgresPartitionTests {
    private func withStore(_ body: (PostgresStore, PostgresConnection) async throws -> Void) async throws {
        let url = try await PrivatePostgres.makeSchema()
        let store = PostgresStore(url: url, node: "part")
        let beside = PostgresConnection(url: url, applicationName: "beside")
        let result: Result<Void, any Error>
        do {
            _ = try await store.migrate()
            result = .success(try await body(store, beside))
        } catch {
            result = .failure(error)
        }
        await store.close()
        await beside.close()
        try result.get()
    }

    /// Makes a partition of 40 days ago and moves all history and deliveries there.
    private func age(_ beside: PostgresConnection) async throws {
        for (table, column) in [("transitions", "at"), ("deliveries", "received_at")] {
            _ = try await beside.transaction([
                """
                SELECT add_partition('\(raw: table)', date_trunc('day', clock_timestamp()) - '41 days'::interval,
                    date_trunc('day', clock_timestamp()) - '34 days'::interval)
                """,
                "UPDATE \(raw: table) SET \(raw: column) = \(raw: column) - '40 days'::interval",
            ])
        }
    }

    private func drop(_ store: PostgresStore) async throws -> [String] {
        let limit = try await store.now() + .seconds(-30 * 86_400)
        return try await store.dropPartitions(transitions: limit, deliveries: limit)
    }

    /// What sessions other than the upkeep's and the reader's were seen waiting for a lock with.
    private func waits(_ beside: PostgresConnection, until isOver: Shared<Bool>) async throws -> Set<String> {
        var seen: Set<String> = []
        while !isOver.value {
            let rows = try await beside.query(
                """
                SELECT wait_event || ': ' || left(query, 200) AS wait FROM pg_stat_activity
                WHERE wait_event_type = 'Lock' AND application_name LIKE 'rejoinder part%'
                    AND application_name NOT LIKE '%keeper' AND datname = current_database()
                """)
            for row in rows { seen.insert(try row.string("wait")) }
        }
        return seen
    }

    private static let leaves = "SELECT count(*) FROM pg_partition_tree('transitions') WHERE isleaf"

    @Test func `partitions are made a week ahead, and none twice`() async throws {
        try await withStore { store, beside in
            for _ in 0..<2 {
                try await store.maintain()
                #expect(try await beside.int64(Self.leaves) == 2)
                let days = "SELECT count(*) FROM pg_partition_tree('deliveries') WHERE isleaf"
                #expect(try await beside.int64(days) == 8)
            }
            let ranges = try #require(try await store.inspect(limit: 1).partitions).filter { $0.table == "transitions" }
            let now = try await store.now()
            #expect(ranges[0].starts <= now && ranges[0].ends == ranges[1].starts)
            #expect(ranges[1].ends >= now + .seconds(7 * 86_400))
            var creation = PostWrite.creation(7)
            creation.fill()
            #expect(try await store.commit(Batch(id: "b", writes: [creation])).winners.count == 1)
        }
    }

    @Test func `a commit that finds no partition makes it`() async throws {
        try await withStore { store, beside in
            let names = try #require(try await store.inspect(limit: 1).partitions).map(\.name)
            for name in names { _ = try await beside.query("DROP TABLE \(raw: name)") }
            let refused = await failure { try await store.commit(Batch(id: "b", writes: [.creation(7)])) }
            #expect(refused?.code == .contention)
            #expect(try await store.commit(Batch(id: "b", writes: [.creation(7)])).winners == [PostID(7)])
        }
    }

    @Test func `an old partition goes, and the history of living posts is carried forward`() async throws {
        try await withStore { store, beside in
            var living = PostWrite.creation(7)
            living.fill()
            var ended = PostWrite.creation(8, state: .sample(waitsFor: .nothing))
            ended.fill()
            _ = try await store.commit(Batch(id: "b", writes: [living, ended]))
            try await age(beside)
            _ = try await store.purge(try await store.finishedPosts(after: nil, rows: 10).posts)
            let before = try await store.history(PostID(7), after: 0, limit: 9)
            #expect(try await drop(store).count == 2)
            #expect(try await store.history(PostID(7), after: 0, limit: 9) == before)
            #expect(try await store.history(PostID(8), after: 0, limit: 9).isEmpty)
            #expect(try await beside.int64("SELECT count(*) FROM transitions_kept") == 1)
            #expect(try await beside.int64("SELECT count(*) FROM deliveries") == 0)
            #expect(try await beside.int64(Self.leaves) == 2)
            let step = PostWrite(
                post: PostID(7), expectedRevision: 1, state: .sample(), transitions: [.sample(PostID(7))])
            #expect(try await store.commit(Batch(id: "c", writes: [step])).winners.count == 1)
            #expect(try await store.history(PostID(7), after: 0, limit: 9).map(\.revision) == [1, 2])
            #expect(try await drop(store).isEmpty)
        }
    }

    @Test func `a young partition stays`() async throws {
        try await withStore { store, beside in
            _ = try await store.commit(Batch(id: "b", writes: [.creation(7)]))
            #expect(try await drop(store).isEmpty)
            #expect(try await beside.int64(Self.leaves) == 2)
        }
    }

    @Test func `behind a long reader the upkeep waits, and nobody waits for the upkeep`() async throws {
        try await withStore { store, beside in
            var living = PostWrite.creation(7)
            living.fill()
            _ = try await store.commit(Batch(id: "b", writes: [living]))
            try await age(beside)
            // A session that holds its snapshot and its lock on all partitions until it is told.
            let reader = PostgresConnection(
                url: store.url, applicationName: "reader",
                sessionSettings: [("lock_timeout", "60s"), ("statement_timeout", "60s")])
            _ = try await beside.query("SELECT pg_advisory_lock(77)")
            async let reading = reader.transaction([
                "SELECT count(*) FROM transitions, deliveries", "SELECT pg_advisory_xact_lock(77)",
            ])
            while try await beside.int64(
                "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = 77 AND NOT granted")
                == 0
            {}
            async let dropping = drop(store)
            let isOver = Shared(false)
            async let waits = waits(beside, until: isOver)
            var revision: Int64 = 1
            for _ in 0..<50 {
                let step = PostWrite(
                    post: PostID(7), expectedRevision: revision, state: .sample(), transitions: [.sample(PostID(7))])
                #expect(try await store.commit(Batch(id: "c\(revision)", writes: [step])).winners.count == 1)
                #expect(try await store.history(PostID(7), after: 0, limit: 99).count == Int(revision) + 1)
                revision += 1
            }
            #expect(try await dropping.isEmpty)
            try await store.maintain()
            isOver.set(true)
            #expect(try await waits == [], "readers or writers waited for a lock of the upkeep")
            _ = try await beside.query("SELECT pg_advisory_unlock(77)")
            _ = try await reading
            await reader.close()
            // What was begun is finished, once other tests' old snapshots are gone, too.
            var dropped: Set<String> = []
            try await eventually("both partitions are dropped", within: .seconds(60)) {
                dropped.formUnion(try await drop(store))
                return dropped.count == 2
            }
            #expect(try await store.history(PostID(7), after: 0, limit: 99).count == Int(revision))
        }
    }

    @Test func `of two nodes one has the upkeep`() async throws {
        try await withStore { store, _ in
            let other = PostgresStore(url: store.url, node: "other")
            let first = try await store.beginUpkeep()
            #expect(first)
            #expect(try await other.beginUpkeep() == false)
            await store.endUpkeep()
            #expect(try await other.beginUpkeep() == true)
            await other.close()
        }
    }

    @Test func `what stood in a default partition gets one of its day`() async throws {
        try await withStore { store, beside in
            _ = try await store.commit(Batch(id: "b", writes: [.creation(7)]))
            _ = try await beside.query("CREATE TABLE transitions_default PARTITION OF transitions DEFAULT")
            _ = try await beside.query("UPDATE transitions SET at = at - '40 days'::interval")
            #expect(try await beside.int64("SELECT count(*) FROM transitions_default") == 1)
            _ = try await beside.query("SELECT dissolve_default_partitions()")
            #expect(try await store.history(PostID(7), after: 0, limit: 9).count == 1)
            #expect(try await beside.int64(Self.leaves) == 3)
            #expect(try await drop(store).count == 1)
            #expect(try await store.history(PostID(7), after: 0, limit: 9).count == 1)
        }
    }
}
