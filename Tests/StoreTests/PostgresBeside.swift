import Postgres
import Store
import StorePostgres

/// A migrated store with one post, number 7, and one writer, and a connection beside it; both are closed whatever happens.
func withPostgresStore(
    _ url: String, besideSettings: [(String, String)] = [],
    _ body: (PostgresStore, PostgresConnection) async throws -> Void
) async throws {
    let store = PostgresStore(url: url, node: "node", writers: 1)
    let beside = PostgresConnection(url: url, applicationName: "beside", sessionSettings: besideSettings)
    let result: Result<Void, any Error>
    do {
        _ = try await store.migrate()
        _ = try await store.commit(Batch(id: "create", writes: [.creation(7)]))
        result = .success(try await body(store, beside))
    } catch {
        result = .failure(error)
    }
    await store.close()
    await beside.close()
    try result.get()
}
