import Foundation
import GRDB
import JSONValue
import Store
import StoreSQLite

import class TestSupport.TemporaryFolder

/// A folder for one test's database.
struct TemporaryFile: Sendable {
    private let folder: TemporaryFolder
    var path: String { folder.file("store.db") }

    init() throws { folder = try TemporaryFolder() }

    func remove() { try? FileManager.default.removeItem(atPath: folder.path) }

    /// The single integer that a query returns, read beside the store.
    func scalar(_ sql: String) async throws -> Int64 {
        try await DatabaseQueue(path: path).read { db in try Int64.fetchOne(db, sql: sql) ?? -1 }
    }
}

extension StoreKind {
    static let sqlite = StoreKind(name: "SQLite") {
        let file = try TemporaryFile()
        let clock = ManualClock()
        let store = try SQLiteStore(path: file.path, clock: .manual(clock))
        _ = try await store.migrate()
        return StoreUnderTest(
            store: store, advance: { clock.advance(by: $0) }, scalar: { try await file.scalar($0) },
            remove: {
                await store.close()
                file.remove()
            })
    }
}
