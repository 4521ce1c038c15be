import Postgres
import Store

extension PostgresStore {
    package func commit(_ batch: Batch) async throws -> CommitResult {
        guard !batch.writes.isEmpty else { return CommitResult(winners: [], at: try await now()) }
        let index = writers.take()
        defer { writers.give(index) }
        let digests = try await numbers(of: batch, on: index)
        let (statements, decision) = try BatchParts(batch, digests: digests).statements()
        let results: [Rows]
        do {
            results = try await writers.on(index) { try await $0.transaction(statements) }
        } catch let error as StoreError where error.code == .inDoubt {
            writers.doubt(batch.id, on: index)
            throw error
        } catch let error as StoreError where error.subject == StoreError.noPartition {
            try await makePartitions()
            throw error
        }
        return try results.decoded(decision) { row in
            CommitResult(winners: Set(try row.int64s("winners").map { PostID($0) }), at: try row.time("at"))
        }.only
    }

    package func winners(of batch: String, posts: [PostID]) async throws -> Set<PostID> {
        // On the connection that has the doubt: of the sessions by its name all but its present one are lost.
        let (index, isDoubted) = writers.index(inDoubt: batch)
        if isDoubted { try await endLostSessions(of: index) }
        let results = try await writers.on(index) { connection in
            try await connection.transaction([
                Self.lock(batch),
                """
                SELECT x.id FROM unnest(\(bigints: posts.map(\.rawValue))) AS x(id)
                WHERE EXISTS (SELECT FROM transitions t WHERE t.post_id = x.id AND t.batch_id = \(batch))
                """,
            ])
        }
        writers.settle(batch)
        return Set(try results.decoded(1) { try $0.post("id") })
    }

    /// Held by a batch until its transaction has ended, so that asking what became of it waits for that end. Locks of
    /// rows would not do: nobody but the transaction itself sees the posts that it creates.
    fileprivate static func lock(_ batch: String) -> SQL {
        "SELECT pg_advisory_xact_lock(hashtextextended('rejoinder batch ' || \(batch)::text, 0))"
    }

    /// A session whose end the server has not noticed may still find the batch in its socket and commit it after we
    /// have looked.
    private func endLostSessions(of index: Int) async throws {
        let name = writers.name(of: index)
        let results = try await writers.on(index) { connection in
            try await connection.query(
                """
                SELECT pg_terminate_backend(pid, 5000) AS ended FROM pg_stat_activity
                WHERE application_name = \(name) AND datname = current_database() AND pid <> pg_backend_pid()
                """)
        }
        guard try results.decoded({ try $0.bool("ended") }).allSatisfy(\.self) else {
            throw StoreError(.unavailable, "the session whose commit is in doubt has not ended yet")
        }
    }
}

extension BatchParts {
    /// The statements between BEGIN and COMMIT, and which of them says who won. Those that would do nothing are left
    /// out.
    func statements() throws -> (list: [SQL], decision: Int) {
        let before = [PostgresStore.lock(id), creations, locks, fences].compactMap(\.self)
        let after = try [
            submissions(), history(), clearedTimers, movedTimers, setTimers, results(), limits(), deliveries, costs,
            consumed,
            emitted(),
        ].compactMap(\.self)
        let folded = try jobs() + comments()
        return (before + [decision] + after + folded + [try states()], before.count)
    }

    /// The rows of new posts, empty until the end of the batch. One that exists already makes the write lose.
    private var creations: SQL? {
        let created = writes.filter { $0.expectedRevision == 0 }.map(\.post.rawValue)
        guard !created.isEmpty else { return nil }
        return "INSERT INTO posts (id) SELECT unnest(\(bigints: created)) ORDER BY 1 ON CONFLICT DO NOTHING"
    }

    private var locks: SQL {
        """
        SELECT count(*) FROM (
            SELECT FROM posts WHERE id = ANY(\(bigints: writes.map(\.post.rawValue))) ORDER BY id FOR NO KEY UPDATE) l
        """
    }

    /// Fences hold for the whole batch, whoever wins.
    private var fences: SQL? {
        let leases = Array(Set(writes.flatMap(\.fences)))
        guard !leases.isEmpty else { return nil }
        return """
            SELECT count(check_lease(x.endpoint, x.node, x.epoch)) FROM (
                SELECT * FROM unnest(
                    \(texts: leases.map(\.endpoint)), \(texts: leases.map(\.node)), \(bigints: leases.map(\.epoch))
                ) AS u(endpoint, node, epoch) ORDER BY endpoint COLLATE "C") x
            """
    }

    /// Who wins and what time it is, now that the locks are held.
    private var decision: SQL {
        let consumed = all { $0.expectedRevision == 0 ? [] : $0.consumedInbox }
        let expired = all(\.expired)
        return """
            WITH gone AS MATERIALIZED (
                -- An event that is no longer there was consumed by another node's macrostep.
                SELECT c.n
                FROM unnest(\(bigints: consumed.map(\.place)), \(bigints: consumed.map(\.value))) AS c(n, id)
                WHERE NOT EXISTS (SELECT FROM inbox i WHERE i.id = c.id)
            ), clocks AS MATERIALIZED (
                -- Progress is written without the post's lock: the job's own keeps its clock as it is seen here.
                SELECT e.n, micros_of(j.wake_at) = e.wake_at AS holds
                FROM unnest(
                    \(bigints: expired.map(\.place)), \(bigints: expired.map(\.post)),
                    \(bigints: expired.map(\.value.number)), \(bigints: expired.map(\.value.wakeAt.microseconds))
                ) AS e(n, post_id, number, wake_at)
                JOIN jobs j ON j.post_id = e.post_id AND j.number = e.number
                FOR NO KEY UPDATE OF j
            ), judged AS (
                SELECT x.n, x.id,
                    p.id IS NOT NULL AND NOT EXISTS (SELECT FROM gone WHERE gone.n = x.n)
                        AND NOT EXISTS (SELECT FROM clocks WHERE clocks.n = x.n AND NOT holds) AS wins
                FROM unnest(
                    \(bigints: writes.map(\.post.rawValue)), \(bigints: writes.map(\.expectedRevision))
                ) WITH ORDINALITY AS x(id, expected, n)
                LEFT JOIN posts p ON p.id = x.id AND p.revision = x.expected
            )
            SELECT set_config('rejoinder.wins', array_agg(wins ORDER BY n)::text, true) AS wins,
                set_config('rejoinder.at', micros_of(clock_timestamp())::text, true) AS at,
                coalesce(array_agg(id) FILTER (WHERE wins), '{}') AS winners
            FROM judged
            """
    }
}
