import JSONValue
import Store

/// The storage seam in memory: what a simulated node holds of the database that it shares with others.
package final class MemoryStore: Store {
    let connection: any StoreConnection

    package init(_ connection: any StoreConnection) { self.connection = connection }

    func read<Value: Sendable>(
        _ name: String, _ body: @escaping @Sendable (inout MemoryDatabase, Timestamp) throws -> Value
    ) async throws -> Value {
        try await connection.run(StoreCall(name, .read), body)
    }

    func write<Value: Sendable>(
        _ name: String, _ body: @escaping @Sendable (inout MemoryDatabase, Timestamp) throws -> Value
    ) async throws -> Value {
        try await connection.run(StoreCall(name, .write), body)
    }

    package func migrate() async throws -> [String] { try await read("migrate") { _, _ in [] } }
    package func now() async throws -> Timestamp { try await read("now") { $1 } }

    package func posts(_ ids: [PostID]) async throws -> [PostRow] {
        try await read("posts") { database, _ in ids.compactMap { database.posts[$0]?.row } }
    }

    package func commit(_ batch: Batch) async throws -> CommitResult {
        try await connection.run(StoreCall("commit", .commit(batch))) { try $0.commit(batch, at: $1) }
    }

    package func winners(of batch: String, posts: [PostID]) async throws -> Set<PostID> {
        try await connection.run(StoreCall("winners", .winners(batch: batch))) { database, _ in
            database.winners(of: batch, posts: posts)
        }
    }

    package func emit(_ events: [InboxEvent]) async throws -> Int {
        try await write("emit") { try $0.emit(events, at: $1) }
    }

    package func emit(
        toAll filter: PostFilter, event: String, data: JSONObject, actor: String, limit: Int, dryRun: Bool
    ) async throws -> Int {
        try await write("emitToAll") { database, now in
            try database.emit(
                toAll: filter, event: event, data: data, actor: actor, limit: limit, dryRun: dryRun, at: now)
        }
    }

    package func record(_ deliveries: [DeliveryRow]) async throws {
        try await write("record") { $0.record(deliveries, at: $1) }
    }

    package func remember(_ receipt: Receipt) async throws -> Receipt? {
        try await write("remember") { $0.remember(receipt, at: $1) }
    }

    package func receipt(scope: String, id: String) async throws -> Receipt? {
        try await read("receipt") { database, _ in database.receipt(scope: scope, id: id) }
    }

    package func record(_ audit: AuditRow) async throws {
        try await write("audit") { database, _ in database.audit.append(audit) }
    }

    package func saveChart(digest: String, id: String, source: String) async throws {
        try await write("saveChart") { database, _ in
            if database.charts[digest] == nil { database.charts[digest] = source }
        }
    }

    package func chartSource(digest: String) async throws -> String? {
        try await read("chartSource") { database, _ in database.charts[digest] }
    }

    package func chartDigests() async throws -> [String] {
        try await read("chartDigests") { database, _ in database.charts.keys.sorted() }
    }

    package func reconcileEndpoints(_ endpoints: [EndpointRow]) async throws {
        try await write("reconcileEndpoints") { database, _ in database.reconcileEndpoints(endpoints) }
    }

    package func setDrained(_ isDrained: Bool, endpoint: String) async throws -> Bool {
        try await write("setDrained") { database, _ in database.setDrained(isDrained, endpoint: endpoint) }
    }

    package func set(maxConcurrent: Int?, preference: Int?, endpoint: String) async throws -> Bool {
        try await write("setEndpoint") { database, _ in
            database.set(maxConcurrent: maxConcurrent, preference: preference, endpoint: endpoint)
        }
    }

    package func maintain() async throws { try await write("maintain") { $0.maintain(at: $1) } }
    package func notify(_ topics: Set<WakeUp>) async { connection.notify(topics) }
    package func wakeUps() -> AsyncStream<WakeUp> { connection.wakeUps() }
    package func close() async { connection.close() }
}
