import Crypto
import Postgres
import Store
import Threads

/// The writing connections: a batch goes to the one that is least busy, so that two lanes write side by side.
final class Writers: Sendable {
    private let connections: [PostgresConnection]
    private let names: [String]
    private let calls: Locked<[Int]>
    /// Batches whose COMMIT was not answered, and the connection that sent it.
    private let doubts = Locked<[String: Int]>([:])

    init(url: String, count: Int, applicationName: String) {
        // A name of its own for each, by which a session that we lost can be found and ended.
        let names = (0..<max(1, count)).map { _ in "\(applicationName) \(Digest.hex(Digest.randomBytes(8)))" }
        self.names = names
        connections = names.map { name in
            PostgresConnection(
                url: url, applicationName: name,
                // Parameters are arrays of any length: a plan for each would cost more than it saves. All is found by
                // keys; a plan that was made while a table was empty must not read it whole when it is full.
                sessionSettings: [("plan_cache_mode", "force_generic_plan"), ("enable_seqscan", "off")])
        }
        calls = Locked(names.map { _ in 0 })
    }

    func name(of index: Int) -> String { names[index] }

    /// Runs on the least busy connection.
    func onAny<Value: Sendable>(
        _ body: @escaping @Sendable (PostgresConnection) async throws -> Value
    ) async throws -> Value {
        let index = take()
        defer { give(index) }
        return try await on(index, body)
    }

    /// Runs to its end although the caller is cancelled: who gets an error other than `inDoubt` must be able to rely
    /// upon that nothing was written.
    func on<Value: Sendable>(
        _ index: Int, _ body: @escaping @Sendable (PostgresConnection) async throws -> Value
    ) async throws -> Value {
        let connection = connections[index]
        do {
            return try await Task { try await body(connection) }.value
        } catch {
            let found = StoreError(error)
            if found.code == .contention { await endStalledSessions(by: connection) }
            throw found
        }
    }

    /// Ends our own sessions that have waited in the midst of a batch for the rest of it. The server's timeouts count for
    /// a statement that runs or a transaction that idles; between two statements of one flush neither does, and a node
    /// that stands still there would keep its locks until it goes on.
    private func endStalledSessions(by connection: PostgresConnection) async {
        // Whoever fails at the lock once more asks once more.
        _ = try? await connection.query(
            """
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE application_name LIKE 'rejoinder %' AND datname = current_database() AND usename = current_user
                AND state = 'active' AND wait_event = 'ClientRead'
                AND xact_start < clock_timestamp() - interval '10 s' AND pid <> pg_backend_pid()
            """)
    }

    /// The least busy connection; its caller gives it back.
    func take() -> Int {
        calls.withLock { calls in
            let index = calls.indices.min { calls[$0] < calls[$1] } ?? 0
            calls[index] += 1
            return index
        }
    }

    func give(_ index: Int) { calls.withLock { $0[index] -= 1 } }

    // MARK: - Doubt

    func doubt(_ batch: String, on index: Int) { doubts.withLock { $0[batch] = index } }

    /// The connection that sent a batch; any one when there is no doubt about it here.
    func index(inDoubt batch: String) -> (index: Int, isDoubted: Bool) {
        let index = doubts.withLock { $0[batch] }
        return (index ?? 0, index != nil)
    }

    func settle(_ batch: String) { doubts.withLock { _ = $0.removeValue(forKey: batch) } }

    func close() async {
        await withTaskGroup { group in
            for connection in connections { group.addTask { await connection.close() } }
        }
    }
}
