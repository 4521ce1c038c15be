import JSONValue
import Postgres
import Store
import StorePostgres
import TestSupport
import Threads

extension StoreKind {
    static let postgres = StoreKind(name: "Postgres") {
        await PostgresPlaces.shared.take()
        do {
            return try await openPostgres()
        } catch {
            await PostgresPlaces.shared.give()
            throw error
        }
    }

    private static func openPostgres() async throws -> StoreUnderTest {
        let url = try await PrivatePostgres.makeSchema()
        let store = PostgresStore(url: url, node: "test")
        let beside = PostgresConnection(url: url, applicationName: "test")
        do {
            _ = try await store.migrate()
        } catch {
            await store.close()
            await beside.close()
            throw error
        }
        return StoreUnderTest(
            store: store, advance: { try await beside.moveTimesBack(by: $0) },
            scalar: { sql in try await beside.int64(sql) },
            remove: {
                await store.close()
                await beside.close()
                await PostgresPlaces.shared.give()
            })
    }
}

/// Tests that use the server at once: each has a handful of sessions, and all at once would wait for one another.
actor PostgresPlaces {
    static let shared = PostgresPlaces()
    private var free = 8
    private var waiting: [Reply<Void>] = []

    func take() async {
        guard free == 0 else {
            free -= 1
            return
        }
        let turn = Reply<Void>()
        waiting.append(turn)
        try? await turn.value
    }

    func give() {
        if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resolve(.success(())) }
    }
}

extension PostgresConnection {
    /// The server's clock cannot be moved, so all stored times are. What only tells about the world stays, and what
    /// says in which partition a row stands.
    fileprivate func moveTimesBack(by duration: Duration) async throws {
        let columns = try await query(
            """
            SELECT c.relname AS "table", string_agg(format('%1$I = %1$I - $1::interval', a.attname), ', ') AS changes
            FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
            WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
                AND a.atttypid = 'timestamptz'::regtype AND NOT a.attisdropped
                AND (c.relname, a.attname) NOT IN (
                    ('submissions', 'created_at'), ('transitions', 'now'), ('transitions', 'at'),
                    ('deliveries', 'received_at'), ('subscriptions', 'cursor_at'), ('subscriptions', 'replay_at'),
                    ('subscriptions', 'replay_until'), ('webhook_deliveries', 'at'))
            GROUP BY c.relname
            """)
        let interval = "\(duration.microseconds) microseconds"
        let statements = try columns.map { row -> SQL in
            let changes = try row.string("changes").replacing("$1::interval", with: "'\(interval)'::interval")
            return "UPDATE \(raw: try row.string("table")) SET \(raw: changes)"
        }
        _ = try await transaction(statements)
    }
}
