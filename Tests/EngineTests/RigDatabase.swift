import JSONValue
import Postgres
import Store
import StorePostgres
import StoreSQLite

import class TestSupport.PrivatePostgres
import class TestSupport.TemporaryFolder

/// Where a rig's posts are kept.
enum RigDatabase: String, Sendable, CaseIterable {
    case sqlite, postgres

    /// A private, empty database.
    struct Place: Sendable {
        let store: any Store
        let advance: @Sendable (Duration) async throws -> Void
        let close: @Sendable () async -> Void
    }

    func open(_ clock: ManualClock) async throws -> Place {
        switch self {
        case .sqlite:
            let folder = try TemporaryFolder()
            let store = try SQLiteStore(path: folder.file("rig.db"), clock: .manual(clock))
            return Place(
                store: store, advance: { clock.advance(by: $0) }, close: { withExtendedLifetime(folder) {} })
        case .postgres:
            let url = try await PrivatePostgres.makeSchema()
            let beside = PostgresConnection(url: url, applicationName: "rig")
            return Place(
                store: PostgresStore(url: url, node: "rig"), advance: { try await beside.moveDueTimesBack(by: $0) },
                close: { await beside.close() })
        }
    }
}

extension PostgresConnection {
    /// The server's clock cannot be moved, so what is due is.
    fileprivate func moveDueTimesBack(by duration: Duration) async throws {
        let interval: SQL = "'\(raw: "\(duration.microseconds)") microseconds'::interval"
        _ = try await transaction([
            "UPDATE timers SET due = due - \(raw: interval.text)",
            """
            UPDATE jobs SET wake_at = wake_at - \(raw: interval.text), ready_at = ready_at - \(raw: interval.text),
                deadline = deadline - \(raw: interval.text)
            """,
            "UPDATE operations SET lease_until = lease_until - \(raw: interval.text)",
        ])
    }
}
