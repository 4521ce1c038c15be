import Store
import StorePostgres
import StoreSQLite
import TestSupport
import Testing

/// The databases that every system test runs on.
enum DatabaseKind: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case sqlite, postgres

    var testDescription: String { rawValue }
}

/// A database that one test has for itself.
struct TestDatabase: Sendable {
    let kind: DatabaseKind
    /// What the setting `database` says.
    let setting: String

    static func make(_ kind: DatabaseKind, in folder: TemporaryFolder) async throws -> TestDatabase {
        switch kind {
        case .sqlite: TestDatabase(kind: kind, setting: folder.file("posts.sqlite"))
        case .postgres: TestDatabase(kind: kind, setting: try await PrivatePostgres.makeDatabase())
        }
    }

    /// Opens it as the service does, once the service is gone.
    func read<Value>(_ body: (any Store) async throws -> Value) async throws -> Value {
        let store: any Store =
            switch kind {
            case .sqlite: try SQLiteStore(path: setting)
            case .postgres: PostgresStore(url: setting, node: "system-tests")
            }
        do {
            let value = try await body(store)
            await store.close()
            return value
        } catch {
            await store.close()
            throw error
        }
    }
}
