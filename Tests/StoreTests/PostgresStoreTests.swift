import JSONValue
import Postgres
import Store
import StorePostgres
import TestSupport
import Testing

/// What Postgres alone has: partitions, sessions that are lost, nodes side by side.
@Suite(.timeLimit(.minutes(2)))
struct PostgresStoreTests {
    private func withStores(
        _ count: Int = 1, _ body: ([PostgresStore], PostgresConnection) async throws -> Void
    ) async throws {
        let url = try await PrivatePostgres.makeSchema()
        let stores = (0..<count).map { PostgresStore(url: url, node: "node\($0)") }
        let beside = PostgresConnection(url: url, applicationName: "beside")
        let result: Result<Void, any Error>
        do {
            _ = try await stores[0].migrate()
            result = .success(try await body(stores, beside))
        } catch {
            result = .failure(error)
        }
        for store in stores { await store.close() }
        await beside.close()
        try result.get()
    }

    private func write(_ post: PostID, from revision: Int64) -> PostWrite {
        PostWrite(post: post, expectedRevision: revision, state: .sample(), transitions: [.sample(post)])
    }

    // MARK: - Schema

    @Test func `of two migrators at once one applies each migration`() async throws {
        let url = try await PrivatePostgres.makeSchema()
        let applied = try await withThrowingTaskGroup(of: [String].self) { group in
            for node in 0..<3 {
                group.addTask {
                    let store = PostgresStore(url: url, node: "node\(node)")
                    do {
                        let applied = try await store.migrate()
                        await store.close()
                        return applied
                    } catch {
                        await store.close()
                        throw error
                    }
                }
            }
            return try await group.reduce([], +)
        }
        #expect(applied.first == "001_start.sql")
        #expect(Set(applied).count == applied.count)
    }

    @Test func `a ledger that this version did not write is refused`() async throws {
        try await withStores { stores, beside in
            _ = try await beside.query("INSERT INTO migrations (name, digest) VALUES ('999_later.sql', 'x')")
            let newer = await failure { try await stores[0].migrate() }
            #expect(newer?.code == .incompatible)
            #expect(newer?.subject == "999_later.sql")
            _ = try await beside.query("DELETE FROM migrations WHERE name = '999_later.sql'")
            _ = try await beside.query("UPDATE migrations SET digest = 'x'")
            #expect(await failure { try await stores[0].migrate() }?.code == .incompatible)
        }
    }

    @Test func `a database without the schema is incompatible`() async throws {
        let store = PostgresStore(url: try await PrivatePostgres.makeSchema(), node: "node")
        #expect(await failure { try await store.posts([PostID(1)]) }?.code == .incompatible)
        #expect(await failure { try await store.commit(Batch(id: "b", writes: [.creation(1)])) }?.code == .incompatible)
        await store.close()
    }

    // MARK: - Nodes side by side

    @Test func `overlapping batches never deadlock and one wins each post`() async throws {
        try await withStores(2) { stores, _ in
            let ids = (1...60).map { PostID($0) }
            _ = try await stores[0].commit(Batch(id: "create", writes: ids.map { .creation($0.rawValue) }))
            var order = SystemRandomNumberGenerator()
            for round in 1...10 {
                let wins = try await withThrowingTaskGroup(of: Set<PostID>.self) { group in
                    for lane in 0..<4 {
                        var writes = ids.shuffled(using: &order).prefix(40).map { write($0, from: Int64(round)) }
                        for index in writes.indices {
                            writes[index].limits = [
                                LimitWrite(key: "k\(index % 3)", nextAt: Timestamp(microseconds: 1))
                            ]
                        }
                        writes.append(.creation(Int64(1000 + round)))
                        let batch = Batch(id: "\(round)-\(lane)", writes: writes)
                        group.addTask { try await stores[lane % 2].commit(batch).winners }
                    }
                    return try await group.reduce(into: []) { $0 += Array($1) }
                }
                #expect(wins.count == Set(wins).count)
                // Those that no batch had are brought along.
                let behind = ids.filter { !wins.contains($0) }.map { write($0, from: Int64(round)) }
                let rest = try await stores[0].commit(Batch(id: "\(round)-rest", writes: behind))
                #expect(rest.winners.count == behind.count)
            }
            #expect(try await stores[0].posts(ids).allSatisfy { $0.revision == 11 })
        }
    }

    @Test func `a lease is kept while a batch that is fenced by it commits`() async throws {
        try await withStores(2) { stores, beside in
            try await stores[0].reconcileEndpoints([.sample("one")])
            let lease = try #require(try await stores[0].acquireLeases(node: "a", microseconds: .second * 60).first)
            let gate = SlowCommit(beside: beside)
            try await gate.close()
            var fenced = PostWrite.creation(7)
            fenced.fences = [lease]
            let batch = Batch(id: "fenced", writes: [fenced])
            async let committed = stores[0].commit(batch)
            try await gate.waitForCommit()
            async let released: Void = stores[1].releaseLeases(node: "a")
            try await beside.waitForLock(in: "UPDATE endpoints")
            try await gate.open()
            #expect(try await committed.winners == [PostID(7)])
            try await released
            var late = write(PostID(7), from: 1)
            late.fences = [lease]
            let refusal = await failure { [late] in try await stores[0].commit(Batch(id: "late", writes: [late])) }
            #expect(refusal?.code == .staleLease)
            #expect(refusal?.subject == "one")
        }
    }

    @Test func `the time of a batch is read when its locks are held, not when it began`() async throws {
        try await withStores(2) { stores, beside in
            _ = try await stores[0].commit(Batch(id: "create", writes: [.creation(7)]))
            let gate = SlowCommit(beside: beside)
            try await gate.close()
            let first = Batch(id: "first", writes: [write(PostID(7), from: 1)])
            async let holding = stores[0].commit(first)
            try await gate.waitForCommit()
            let second = Batch(id: "second", writes: [write(PostID(7), from: 2)])
            async let waiting = stores[1].commit(second)
            try await beside.waitForLock(in: "FOR NO KEY UPDATE", on: "posts")
            let before = try await stores[0].now()
            try await gate.open()
            #expect(try await holding.winners == [PostID(7)])
            let result = try await waiting
            #expect(result.winners == [PostID(7)])
            #expect(result.at >= before)
        }
    }

    @Test func `other nodes hear of work`() async throws {
        try await withStores(2) { stores, beside in
            var hints = stores[1].wakeUps().makeAsyncIterator()
            try await beside.waitFor(
                """
                SELECT count(*) FROM pg_stat_activity
                WHERE query LIKE 'LISTEN%' AND state = 'idle' AND application_name LIKE '%node1%'
                """)
            await stores[0].notify([.inbox])
            #expect(await hints.next() == .inbox)
        }
    }
}
